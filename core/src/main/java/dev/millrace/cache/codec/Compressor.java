package dev.millrace.cache.codec;

/**
 * An algorithm that makes bytes fewer. One implementation per library, and it alone touches the library: {@link #of}
 * links it, so ask {@link OptionalLibrary} before. Thread-safe.
 */
interface Compressor {
    /** The most bytes that compressing so many can take. */
    int bound(int length);

    /** Compresses all of {@code source} into {@code target} from {@code at}, where the bound fits; answers the size. */
    int compress(byte[] source, byte[] target, int at, int level);

    /** The most bytes that decompressing so many can give: what is declared above that is not worth an allocation. */
    long mostFrom(int length);

    /** Whether the source, from {@code at} to its end, filled the target exactly. Throws nothing. */
    boolean decompress(byte[] source, int at, byte[] target);

    static Compressor of(Kind kind) {
        return switch (kind) {
            case ZSTD -> ZstdCompressor.INSTANCE;
            case LZ4 -> Lz4Compressor.INSTANCE;
            default -> throw notCompressed(kind);
        };
    }

    static OptionalLibrary library(Kind kind) {
        return switch (kind) {
            case ZSTD -> OptionalLibrary.ZSTD;
            case LZ4 -> OptionalLibrary.LZ4;
            default -> throw notCompressed(kind);
        };
    }

    private static IllegalArgumentException notCompressed(Kind kind) {
        return new IllegalArgumentException(kind + " is not compressed");
    }
}
