package dev.millrace.command;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@link Popped} with a binary key. Equal where the bytes are.
 *
 * @param key the key that it was taken from
 * @param value what was taken
 * @param <T> one element, or a list of them
 */
@SuppressWarnings("ArrayRecordComponent") // equality is of the bytes
public record PoppedBytes<T>(byte[] key, T value) {
    /** A pair of key and value, or null for a reply of nothing. */
    static <T> Decoder<PoppedBytes<T>> decoder(Decoder<T> value) {
        return Popped.pair(Decoders.BYTES, value, PoppedBytes::new);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PoppedBytes<?> that
                && Arrays.equals(key, that.key)
                && Objects.deepEquals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(key) + Arrays.deepHashCode(new Object[] {value});
    }

    /** The length of the key, and the value. */
    @Override
    public String toString() {
        return "PoppedBytes[key=" + key.length + " bytes, value=" + value + "]";
    }
}
