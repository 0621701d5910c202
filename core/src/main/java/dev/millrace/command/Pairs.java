package dev.millrace.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decoders for replies that come in pairs: fields with values, members with scores. Servers answer them flat (RESP2,
 * and scans always), as a map, or as an array of arrays of two (RESP3), and a few commands nest them in both protocols;
 * what comes is looked at, so one decoder reads them all.
 */
final class Pairs {
    static final Decoder<List<Map.Entry<String, String>>> TEXT_ENTRIES = list(Decoders.TEXT, Decoders.TEXT, Map::entry);
    static final Decoder<List<Map.Entry<String, byte[]>>> BYTES_ENTRIES =
            list(Decoders.TEXT, Decoders.BYTES, Map::entry);
    static final Decoder<List<Map.Entry<byte[], byte[]>>> BYTES_BYTES_ENTRIES =
            list(Decoders.BYTES, Decoders.BYTES, Map::entry);
    static final Decoder<List<ScoredMember<String>>> SCORED = list(Decoders.TEXT, Decoders.DOUBLE, ScoredMember::new);
    static final Decoder<List<ScoredMember<byte[]>>> SCORED_BYTES =
            list(Decoders.BYTES, Decoders.DOUBLE, ScoredMember::new);

    private Pairs() {}

    /** All pairs in wire order; null counts as empty. */
    static <A, B, T> Decoder<List<T>> list(Decoder<A> first, Decoder<B> second, BiFunction<A, B, T> pair) {
        return reply -> {
            int elements = reply.readArray();
            boolean nested = elements > 0 && reply.type() == ReplyType.ARRAY;
            int count = nested ? elements : elements / 2;
            if (!nested && elements % 2 != 0) {
                throw new UnexpectedReply("wanted pairs, the server answered " + elements + " elements");
            }
            List<T> pairs = new ArrayList<>(reply.capacity(count));
            for (int i = 0; i < count; i++) {
                if (nested) {
                    enter(reply, 2);
                }
                A one = present(first.decode(reply), reply);
                pairs.add(pair.apply(one, present(second.decode(reply), reply)));
            }
            return pairs;
        };
    }

    /** The first pair, or null where there is none. */
    static <T> Decoder<T> first(Decoder<List<T>> pairs) {
        return reply -> {
            List<T> all = pairs.decode(reply);
            return all == null || all.isEmpty() ? null : all.getFirst();
        };
    }

    /** Enters an array that must have {@code wanted} elements. */
    static void enter(ReplyReader reply, int wanted) {
        int count = reply.readArray();
        if (count != wanted) {
            throw new UnexpectedReply("wanted an array of " + wanted + ", the server answered one of " + count);
        }
    }

    /** Refuses null where the server never answers it. */
    static <T> T present(@Nullable T value, ReplyReader reply) {
        if (value == null) {
            throw new UnexpectedReply("wanted a value, the server answered null with " + reply.remainingBytes()
                    + " bytes of the reply left");
        }
        return value;
    }
}
