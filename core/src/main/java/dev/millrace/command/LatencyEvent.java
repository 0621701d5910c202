package dev.millrace.command;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Something in a server that took longer than its threshold.
 *
 * @param name such as {@code command} or {@code fork}
 * @param at when it happened last, to the second
 * @param latest how long it took then, in milliseconds
 * @param longest how long it took at most, in milliseconds
 */
public record LatencyEvent(String name, Instant at, Duration latest, Duration longest) {
    private static final int FIELDS = 4;

    static final Decoder<List<LatencyEvent>> LIST = Decoders.list(reply -> {
        int fields = reply.readArray();
        if (fields < FIELDS) {
            throw new UnexpectedReply("wanted " + FIELDS + " facts about an event, the server answered " + fields);
        }
        String name = String.valueOf(reply.readText());
        Instant at = Instant.ofEpochSecond(reply.readLong());
        Duration latest = Duration.ofMillis(reply.readLong());
        Duration longest = Duration.ofMillis(reply.readLong());
        for (int i = FIELDS; i < fields; i++) {
            reply.skip();
        }
        return new LatencyEvent(name, at, latest, longest);
    });
}
