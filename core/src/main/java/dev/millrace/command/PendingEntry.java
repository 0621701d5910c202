package dev.millrace.command;

import java.time.Duration;
import java.util.List;

/**
 * An entry that a group has delivered and not seen acknowledged.
 *
 * @param id the entry
 * @param consumer who has it
 * @param idle how long ago it was delivered last, in milliseconds
 * @param deliveries how often it was delivered
 */
public record PendingEntry(StreamId id, String consumer, Duration idle, long deliveries) {
    static final Decoder<List<PendingEntry>> LIST = Decoders.list(reply -> {
        Pairs.enter(reply, 4);
        StreamId id = StreamId.read(reply);
        String consumer = String.valueOf(reply.readText());
        Duration idle = Duration.ofMillis(reply.readLong());
        return new PendingEntry(id, consumer, idle, reply.readLong());
    });
}
