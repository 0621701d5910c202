package dev.millrace.cache.codec;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A codec of two functions of the application. As thread-safe as they are. */
final class FunctionCodec<V> implements Codec<V> {
    private final Function<V, byte[]> encode;
    private final Function<byte[], V> decode;

    FunctionCodec(Function<V, byte[]> encode, Function<byte[], V> decode) {
        this.encode = Objects.requireNonNull(encode, "encode");
        this.decode = Objects.requireNonNull(decode, "decode");
    }

    @Override
    public byte[] encode(V value) {
        return call(encode, value, "cannot encode a value");
    }

    @Override
    public V decode(byte[] bytes) {
        return call(decode, bytes, "cannot decode " + bytes.length + " bytes");
    }

    private static <T, R> R call(Function<T, R> function, T argument, String failure) {
        @Nullable R result;
        try {
            result = function.apply(argument);
        } catch (CodecException e) {
            throw e;
        } catch (RuntimeException e) {
            throw CodecException.causedBy(e, failure);
        }
        if (result == null) {
            throw new CodecException(failure + ": the function gave null");
        }
        return result;
    }

    @Override
    public String toString() {
        return "Codec.of(functions)";
    }
}
