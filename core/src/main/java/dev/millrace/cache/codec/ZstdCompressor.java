package dev.millrace.cache.codec;

import com.github.luben.zstd.Zstd;
import com.google.errorprone.annotations.Immutable;

/** zstd by zstd-jni, as whole frames of RFC 8878. Stateless; holds native memory for the length of a call only. */
@Immutable
final class ZstdCompressor implements Compressor {
    static final ZstdCompressor INSTANCE = new ZstdCompressor();

    /** RFC 8878: a block gives at most 128 KiB, and takes a header of 3 bytes and at least one more. */
    private static final long MOST_PER_BYTE = 128 * 1024 / 4;

    private ZstdCompressor() {}

    @Override
    public int bound(int length) {
        return Math.toIntExact(Zstd.compressBound(length));
    }

    @Override
    public int compress(byte[] source, byte[] target, int at, int level) {
        return Math.toIntExact(Zstd.compressByteArray(target, at, target.length - at, source, 0, source.length, level));
    }

    @Override
    public long mostFrom(int length) {
        return MOST_PER_BYTE * length;
    }

    @Override
    public boolean decompress(byte[] source, int at, byte[] target) {
        try {
            long size = Zstd.decompressByteArray(target, 0, target.length, source, at, source.length - at);
            return size == target.length;
        } catch (RuntimeException e) {
            return false;
        }
    }
}
