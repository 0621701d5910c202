package dev.millrace.cache.codec;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keys that are written as text by two functions. As thread-safe as they are. */
final class TextKeyCodec<K> implements KeyCodec<K> {
    static final KeyCodec<String> STRINGS = new TextKeyCodec<>(key -> key, text -> text);
    static final KeyCodec<Long> LONGS = new TextKeyCodec<>(key -> Long.toString(key), Long::valueOf);

    private final Function<K, String> write;
    private final Function<String, @Nullable K> read;

    TextKeyCodec(Function<K, String> write, Function<String, @Nullable K> read) {
        this.write = Objects.requireNonNull(write, "write");
        this.read = Objects.requireNonNull(read, "read");
    }

    @Override
    public byte[] encode(K key) {
        @Nullable String text;
        try {
            text = write.apply(key);
        } catch (CodecException e) {
            throw e;
        } catch (RuntimeException e) {
            throw CodecException.causedBy(e, "cannot write a key");
        }
        if (text == null) {
            throw new CodecException("cannot write a key: the function gave null");
        }
        return Utf8.encode(text);
    }

    @Override
    public @Nullable K decode(byte[] bytes) {
        String text = Utf8.decode(bytes);
        if (text == null) {
            return null;
        }
        try {
            K key = read.apply(text);
            return key != null && text.equals(write.apply(key)) ? key : null;
        } catch (RuntimeException e) {
            // The usual way of a parser to say no, and what it says may hold the key.
            return null;
        }
    }
}
