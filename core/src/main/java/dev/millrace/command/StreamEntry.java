package dev.millrace.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An entry of a stream.
 *
 * @param id its id
 * @param fields its fields in their order, unmodifiable. A stream may hold a name twice, and then the last value is
 *     here; empty for an entry that was deleted while it was pending
 * @param <V> the type of values, {@link String} or {@code byte[]}
 */
public record StreamEntry<V>(StreamId id, Map<String, V> fields) {
    static final Decoder<List<StreamEntry<String>>> LIST = list(Decoders.TEXT);
    static final Decoder<List<StreamEntry<byte[]>>> BYTES_LIST = list(Decoders.BYTES);

    /** Wraps the fields so that they can't be changed through the entry. */
    public StreamEntry {
        fields = Collections.unmodifiableMap(fields);
    }

    /** Entries in wire order; null stands for none, and null in the place of an entry (Redis 6.2) is passed over. */
    static <V> Decoder<List<StreamEntry<V>>> list(Decoder<V> value) {
        Decoder<StreamEntry<V>> entry = decoder(value);
        return reply -> {
            int count = reply.readArray();
            List<StreamEntry<V>> entries = new ArrayList<>(reply.capacity(count));
            for (int i = 0; i < count; i++) {
                StreamEntry<V> decoded = entry.decode(reply);
                if (decoded != null) {
                    entries.add(decoded);
                }
            }
            return entries;
        };
    }

    private static <V> Decoder<StreamEntry<V>> decoder(Decoder<V> value) {
        return reply -> reply.nullable(() -> {
            Pairs.enter(reply, 2);
            StreamId id = StreamId.read(reply);
            // Null, where an entry was deleted while it was pending, reads as an empty array.
            int count = reply.readArray() / 2;
            Map<String, V> fields = LinkedHashMap.newLinkedHashMap(reply.capacity(count));
            for (int i = 0; i < count; i++) {
                String name = String.valueOf(reply.readText());
                fields.put(name, Pairs.present(value.decode(reply), reply));
            }
            return new StreamEntry<>(id, fields);
        });
    }

    /** What XREAD answers: streams with their entries, as a map (RESP3) or as an array of pairs; null for none. */
    static <V> Decoder<Map<String, List<StreamEntry<V>>>> byStream(Decoder<List<StreamEntry<V>>> entries) {
        return reply -> {
            boolean pairs = reply.type() != ReplyType.MAP;
            int count = pairs ? reply.readArray() : reply.readMap();
            Map<String, List<StreamEntry<V>>> streams = LinkedHashMap.newLinkedHashMap(reply.capacity(count));
            for (int i = 0; i < count; i++) {
                if (pairs) {
                    Pairs.enter(reply, 2);
                }
                String name = String.valueOf(reply.readText());
                streams.put(name, Pairs.present(entries.decode(reply), reply));
            }
            return streams;
        };
    }

    /** The entries of the only stream that was asked for; empty for none. */
    static <V> Decoder<List<StreamEntry<V>>> ofOneStream(Decoder<List<StreamEntry<V>>> entries) {
        Decoder<Map<String, List<StreamEntry<V>>>> streams = byStream(entries);
        return reply -> {
            Map<String, List<StreamEntry<V>>> one = streams.decode(reply);
            return one == null || one.isEmpty()
                    ? List.of()
                    : one.values().iterator().next();
        };
    }
}
