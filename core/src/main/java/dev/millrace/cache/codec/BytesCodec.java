package dev.millrace.cache.codec;

import com.google.errorprone.annotations.Immutable;

/** Bytes as they are; a copy each way, so that neither side sees the other's changes. Stateless. */
@Immutable
final class BytesCodec implements Codec<byte[]> {
    static final BytesCodec INSTANCE = new BytesCodec();

    private BytesCodec() {}

    @Override
    public byte[] encode(byte[] value) {
        return value.clone();
    }

    @Override
    public byte[] decode(byte[] bytes) {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return "Codec.bytes()";
    }
}
