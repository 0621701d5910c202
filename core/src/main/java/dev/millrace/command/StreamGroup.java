package dev.millrace.command;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server tells about a stream's group.
 *
 * @param name its name
 * @param consumers how many consumers it has
 * @param pending how many entries are delivered and not acknowledged
 * @param lastDeliveredId the entry that was delivered last
 * @param entriesRead how many entries it has read; null where the server can't tell, and before Redis 7
 * @param lag how many entries it has still to read; null where the server can't tell, and before Redis 7
 */
public record StreamGroup(
        String name,
        long consumers,
        long pending,
        StreamId lastDeliveredId,
        @Nullable Long entriesRead,
        @Nullable Long lag) {
    static final Decoder<List<StreamGroup>> LIST = Decoders.list(reply -> {
        Attributes group = Attributes.read(reply);
        return new StreamGroup(
                group.text("name"),
                group.number("consumers"),
                group.number("pending"),
                group.id("last-delivered-id"),
                group.numberOrNull("entries-read"),
                group.numberOrNull("lag"));
    });
}
