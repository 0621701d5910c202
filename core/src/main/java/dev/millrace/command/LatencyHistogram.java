package dev.millrace.command;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long a command took at the server, since it was started or its statistics were reset.
 *
 * @param calls how often it ran
 * @param callsByMicros how many of the calls took at most so many microseconds, by powers of two; cumulative
 */
public record LatencyHistogram(long calls, SortedMap<Long, Long> callsByMicros) {
    static final Decoder<Map<String, LatencyHistogram>> BY_COMMAND = Decoders.map(reply -> {
        Attributes command = Attributes.read(reply);
        SortedMap<Long, Long> calls = new TreeMap<>();
        Attributes.of(command.get("histogram_usec"))
                .values()
                .forEach((micros, count) -> calls.put(Long.valueOf(micros), count.asLong()));
        return new LatencyHistogram(command.number("calls"), calls);
    });
}
