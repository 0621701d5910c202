package dev.millrace.cache.codec;

import com.google.errorprone.annotations.ThreadSafe;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * lz4 as one block, by lz4-java: native where it loads, else in Java, which is about five times slower at reading. Reads
 * with the decompressor that checks every bound, never with the "fast" one, which trusts its input.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // both are stateless
final class Lz4Compressor implements Compressor {
    static final Lz4Compressor INSTANCE = new Lz4Compressor(LZ4Factory.fastestInstance());

    /** A byte of length stands for at most 255 bytes of value. */
    private static final long MOST_PER_BYTE = 255;

    private final LZ4Compressor compressor;
    private final LZ4SafeDecompressor decompressor;

    private Lz4Compressor(LZ4Factory factory) {
        this.compressor = factory.fastCompressor();
        this.decompressor = factory.safeDecompressor();
    }

    @Override
    public int bound(int length) {
        return compressor.maxCompressedLength(length);
    }

    @Override
    public int compress(byte[] source, byte[] target, int at, int level) {
        return compressor.compress(source, 0, source.length, target, at, target.length - at);
    }

    @Override
    public long mostFrom(int length) {
        return MOST_PER_BYTE * length;
    }

    @Override
    public boolean decompress(byte[] source, int at, byte[] target) {
        try {
            int size = decompressor.decompress(source, at, source.length - at, target, 0, target.length);
            return size == target.length;
        } catch (RuntimeException e) {
            return false;
        }
    }
}
