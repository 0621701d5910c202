package dev.millrace.command;

import java.util.function.BiFunction;

/**
 * What a command took from the first of several keys that had something to give.
 *
 * @param key the key that it was taken from
 * @param value what was taken
 * @param <T> one element, or a list of them
 * @see PoppedBytes
 */
public record Popped<T>(String key, T value) {
    /** A pair of key and value, or null for a reply of nothing. */
    static <T> Decoder<Popped<T>> decoder(Decoder<T> value) {
        return pair(Decoders.TEXT, value, Popped::new);
    }

    static <K, V, P> Decoder<P> pair(Decoder<K> key, Decoder<V> value, BiFunction<K, V, P> pair) {
        return reply -> reply.nullable(() -> {
            int count = reply.readArray();
            if (count != 2) {
                throw new UnexpectedReply("wanted a key and what it gave, the server answered " + count + " elements");
            }
            K from = key.decode(reply);
            V taken = value.decode(reply);
            if (from == null || taken == null) {
                throw new UnexpectedReply("wanted a key and what it gave, the server answered null for one");
            }
            return pair.apply(from, taken);
        });
    }
}
