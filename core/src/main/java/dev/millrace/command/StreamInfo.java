package dev.millrace.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server tells about a stream.
 *
 * @param length how many entries it has
 * @param groups how many groups read it
 * @param lastGeneratedId the id that was given last, though its entry may be deleted
 * @param maxDeletedId the greatest id that was deleted, 0-0 for none; null before Redis 7
 * @param entriesAdded how many entries were ever added; null before Redis 7
 * @param radixTreeKeys how many keys the tree behind it has
 * @param radixTreeNodes how many nodes the tree behind it has
 * @param firstEntry the oldest entry; null where the stream is empty
 * @param lastEntry the newest entry; null where the stream is empty
 */
public record StreamInfo(
        long length,
        long groups,
        StreamId lastGeneratedId,
        @Nullable StreamId maxDeletedId,
        @Nullable Long entriesAdded,
        long radixTreeKeys,
        long radixTreeNodes,
        @Nullable StreamEntry<String> firstEntry,
        @Nullable StreamEntry<String> lastEntry) {
    static final Decoder<StreamInfo> DECODER = reply -> {
        Attributes stream = Attributes.read(reply);
        return new StreamInfo(
                stream.number("length"),
                stream.number("groups"),
                stream.id("last-generated-id"),
                stream.idOrNull("max-deleted-entry-id"),
                stream.numberOrNull("entries-added"),
                stream.number("radix-tree-keys"),
                stream.number("radix-tree-nodes"),
                entry(stream.orNull("first-entry")),
                entry(stream.orNull("last-entry")));
    };

    private static @Nullable StreamEntry<String> entry(@Nullable Value value) {
        if (value == null) {
            return null;
        }
        List<Value> parts = value.asList();
        if (parts.size() != 2) {
            throw new UnexpectedReply("wanted an id and fields, the server answered " + parts.size() + " elements");
        }
        List<Value> pairs = parts.get(1).asList();
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            fields.put(
                    String.valueOf(pairs.get(i).asText()),
                    String.valueOf(pairs.get(i + 1).asText()));
        }
        return new StreamEntry<>(
                Attributes.parseId(String.valueOf(parts.getFirst().asText())), fields);
    }
}
