package dev.millrace.queue;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Turns payloads into bytes and back. Implementations are thread-safe. */
interface PayloadCodec<T> {
    PayloadCodec<String> STRINGS =
            of(text -> text.getBytes(StandardCharsets.UTF_8), bytes -> new String(bytes, StandardCharsets.UTF_8));
    PayloadCodec<byte[]> BYTES = of(bytes -> bytes, bytes -> bytes);

    byte[] encode(T payload);

    T decode(byte[] bytes);

    static <T> PayloadCodec<T> of(Function<? super T, byte[]> encoder, Function<byte[], ? extends T> decoder) {
        return new PayloadCodec<>() {
            @Override
            public byte[] encode(T payload) {
                return encoder.apply(payload);
            }

            @Override
            public T decode(byte[] bytes) {
                return decoder.apply(bytes);
            }
        };
    }
}
