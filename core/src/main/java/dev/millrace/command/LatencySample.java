package dev.millrace.command;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One occurrence of a {@link LatencyEvent}.
 *
 * @param at when it happened, to the second
 * @param duration how long it took, in milliseconds
 */
public record LatencySample(Instant at, Duration duration) {
    static final Decoder<List<LatencySample>> LIST = Decoders.list(reply -> {
        Pairs.enter(reply, 2);
        Instant at = Instant.ofEpochSecond(reply.readLong());
        return new LatencySample(at, Duration.ofMillis(reply.readLong()));
    });
}
