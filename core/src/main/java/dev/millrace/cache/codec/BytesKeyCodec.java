package dev.millrace.cache.codec;

import com.google.errorprone.annotations.Immutable;
import java.nio.ByteBuffer;

/** Keys that are any bytes. Stateless. */
@Immutable
final class BytesKeyCodec implements KeyCodec<ByteBuffer> {
    static final BytesKeyCodec INSTANCE = new BytesKeyCodec();

    private BytesKeyCodec() {}

    @Override
    public byte[] encode(ByteBuffer key) {
        byte[] bytes = new byte[key.remaining()];
        key.get(key.position(), bytes);
        return bytes;
    }

    @Override
    public ByteBuffer decode(byte[] bytes) {
        return ByteBuffer.wrap(bytes.clone()).asReadOnlyBuffer();
    }
}
