package dev.millrace.cache.codec;

import java.util.function.Function;

/**
 * Writes values of one type as bytes and reads them again. {@code decode(encode(value))} equals the value. Codecs are
 * thread-safe, and keep neither the arrays they are given nor those they answer.
 *
 * <p>Java serialization is not among them, and will not be: it runs code that the bytes choose.
 *
 * @param <V> what is written and read; never null
 */
public interface Codec<V> {
    /**
     * The bytes that stand for this value.
     *
     * @throws CodecException if the value can't be written
     */
    byte[] encode(V value);

    /**
     * The value that these bytes stand for. Whatever the bytes are, the answer is a value or one exception.
     *
     * @throws CodecException if they are no value of this type
     */
    V decode(byte[] bytes);

    /** Text as UTF-8. What is malformed, on either side, is an error; nothing is replaced by question marks. */
    static Codec<String> strings() {
        return TextCodec.INSTANCE;
    }

    /** Bytes as they are, copied on the way in and out. */
    static Codec<byte[]> bytes() {
        return BytesCodec.INSTANCE;
    }

    /**
     * JSON by Jackson 3, for a class without type parameters. Unknown properties are ignored and absent ones are null
     * or zero, so that one version of an application reads what the next one wrote; text behind the value, JSON null,
     * and null for a primitive are errors. The JSON never chooses a class to be made: there is no default typing, and a
     * type whose ids are class names is not read.
     * {@link JsonCodec} takes a mapper with other settings.
     *
     * @throws IllegalStateException if {@code tools.jackson.core:jackson-databind} is not on the class path
     */
    static <V> Codec<V> json(Class<V> type) {
        OptionalLibrary.JACKSON.require();
        return JsonCodec.ofDefaults(type);
    }

    /**
     * A codec of two functions, which must be thread-safe. What they throw arrives as a {@link CodecException}, without
     * its message.
     */
    static <V> Codec<V> of(Function<V, byte[]> encode, Function<byte[], V> decode) {
        return new FunctionCodec<>(encode, decode);
    }
}
