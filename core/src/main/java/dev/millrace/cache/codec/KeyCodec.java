package dev.millrace.cache.codec;

import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes keys of one type as bytes and finds the key that bytes stand for: a server that tells which of its keys
 * changed tells it in bytes. Different keys have different bytes, and each key has only one spelling: {@code
 * encode(decode(bytes))} is {@code bytes} wherever {@code decode} answers a key. Thread-safe.
 *
 * @param <K> a key; immutable, with {@code equals} and {@code hashCode} by content
 */
public interface KeyCodec<K> {
    /**
     * The bytes that stand for this key.
     *
     * @throws CodecException if the key can't be written
     */
    byte[] encode(K key);

    /** The key that these bytes stand for, or null when they are no key of this kind. Throws nothing. */
    @Nullable
    K decode(byte[] bytes);

    /** Text as UTF-8. */
    static KeyCodec<String> strings() {
        return TextKeyCodec.STRINGS;
    }

    /** Numbers as decimal digits: {@code 42} and {@code -1}, and neither {@code +42} nor {@code 042}. */
    static KeyCodec<Long> longs() {
        return TextKeyCodec.LONGS;
    }

    /**
     * Any bytes, from the buffer's position to its limit. Decoded keys are read-only and hold a copy. A buffer equals
     * another by what lies between position and limit, so one that serves as a key must not be moved.
     */
    static KeyCodec<ByteBuffer> bytes() {
        return BytesKeyCodec.INSTANCE;
    }

    /**
     * Keys that have a text: {@code KeyCodec.of(UUID::toString, UUID::fromString)}. The functions must be thread-safe.
     * Text that {@code read} throws on or answers null for is no key; neither is text that {@code write} would spell
     * otherwise, so a lenient {@code read} does no harm.
     */
    static <K> KeyCodec<K> of(Function<K, String> write, Function<String, @Nullable K> read) {
        return new TextKeyCodec<>(write, read);
    }
}
