package dev.millrace.cache.codec;

import com.google.errorprone.annotations.Immutable;
import java.util.Arrays;

/**
 * Whether and how values are compressed before they are stored. Immutable: {@code
 * Compression.zstd().above(4096).savingAtLeast(0.2)}.
 *
 * <p>A value is compressed when it is large enough, and stored so only when that saves enough; otherwise it is stored
 * plain. The setting is the writer's: a reader understands every kind, so it can be changed while values are stored.
 * Compressed values begin with a {@link Frame}, which clients in other languages have to know; where they read too,
 * {@link #none()} spares them.
 */
@Immutable
public final class Compression {
    private static final int DEFAULT_ABOVE = 1024;
    private static final double DEFAULT_SAVING = 0.1;
    private static final int DEFAULT_LEVEL = 3;
    private static final int HIGHEST_LEVEL = 19;
    private static final int DEFAULT_MOST = 64 << 20;
    private static final int LARGEST_VALUE = 512 << 20;

    private final Kind kind;
    private final int level;
    private final int above;
    private final double saving;
    private final int maxBytes;

    private Compression(Kind kind, int level, int above, double saving, int maxBytes) {
        this.kind = kind;
        this.level = level;
        this.above = above;
        this.saving = saving;
        this.maxBytes = maxBytes;
    }

    private static Compression by(Kind kind, int level) {
        return new Compression(kind, level, DEFAULT_ABOVE, DEFAULT_SAVING, DEFAULT_MOST);
    }

    /** Values are stored as they are. Compressed ones are still read. */
    public static Compression none() {
        return by(Kind.STORED, 0);
    }

    /**
     * zstd at level 3: JSON becomes about seven times smaller. A value costs about 20 µs and 2 µs per KiB to write, 20 µs
     * and half a microsecond per KiB to read.
     *
     * @throws IllegalStateException if {@code com.github.luben:zstd-jni} is not on the class path
     */
    public static Compression zstd() {
        return zstd(DEFAULT_LEVEL);
    }

    /**
     * zstd at this level, from 1 to 19; 3 is the default. Higher levels take longer to write, up to a hundred times,
     * and no longer to read.
     *
     * @throws IllegalArgumentException if the level is out of range
     * @throws IllegalStateException if {@code com.github.luben:zstd-jni} is not on the class path
     */
    public static Compression zstd(int level) {
        if (level < 1 || level > HIGHEST_LEVEL) {
            throw new IllegalArgumentException("a level of zstd is from 1 to " + HIGHEST_LEVEL + ", not " + level);
        }
        OptionalLibrary.ZSTD.require();
        return by(Kind.ZSTD, level);
    }

    /**
     * lz4: JSON becomes about four times smaller. A value costs about 1 µs per KiB to write and a sixth of that to read;
     * where its native part does not load, up to twice and five times as much.
     *
     * @throws IllegalStateException if {@code at.yawk.lz4:lz4-java} is not on the class path
     */
    public static Compression lz4() {
        OptionalLibrary.LZ4.require();
        return by(Kind.LZ4, 0);
    }

    /**
     * Compresses only values of more than so many bytes, at least 0. The default is 1024: what is smaller takes a
     * round trip of the same time anyway, and gains little.
     */
    public Compression above(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("compressing begins above 0 bytes or more, not above " + bytes);
        }
        return new Compression(kind, level, bytes, saving, maxBytes);
    }

    /**
     * Keeps the compressed form only where, with its frame, it is smaller by at least this part, from 0 to below 1. The
     * default is 0.1: below that, decompressing at every read is dearer than the bytes.
     */
    public Compression savingAtLeast(double part) {
        if (!(part >= 0 && part < 1)) {
            throw new IllegalArgumentException("a saving is a part from 0 to below 1, not " + part);
        }
        return new Compression(kind, level, above, part, maxBytes);
    }

    /**
     * The most bytes that a value may have before it is compressed, and after it is decompressed; from 1 to 512 MiB.
     * Larger values are stored plain, and a compressed one that says it is larger is {@link Frame.Unreadable}: a few
     * kilobytes can become gigabytes. The default is 64 MiB. All who share a cache should agree on it.
     */
    public Compression maxBytes(int bytes) {
        if (bytes < 1 || bytes > LARGEST_VALUE) {
            throw new IllegalArgumentException(
                    "the largest value that is compressed has from 1 to " + LARGEST_VALUE + " bytes, not " + bytes);
        }
        return new Compression(kind, level, above, saving, bytes);
    }

    /** The most bytes that a value may have before it is compressed, and after it is decompressed. */
    public int maxBytes() {
        return maxBytes;
    }

    /**
     * What to store for the bytes of a value: those bytes, the very array, when they stay plain; else a frame. A plain
     * value that would look like a frame becomes one, which is the only case in which {@link #none()} writes one.
     */
    public byte[] wrap(byte[] encoded) {
        if (kind.isCompressed() && encoded.length > above && encoded.length <= maxBytes) {
            byte[] framed = compressed(encoded);
            if (framed.length < encoded.length) {
                return framed;
            }
        }
        return FrameLayout.isReserved(encoded) ? FrameLayout.frame(Kind.STORED, encoded) : encoded;
    }

    /** What a stored value is, within {@link #maxBytes()}; of any kind, whatever this setting writes. */
    public Frame read(byte[] raw) {
        return Frame.read(raw, maxBytes);
    }

    /** The frame, or the value itself when that saves too little. */
    private byte[] compressed(byte[] encoded) {
        Compressor compressor = Compressor.of(kind);
        int at = FrameLayout.compressedAt(encoded.length);
        byte[] buffer = new byte[at + compressor.bound(encoded.length)];
        int end = at + compressor.compress(encoded, buffer, at, level);
        if (end > encoded.length * (1 - saving)) {
            return encoded;
        }
        byte[] frame = Arrays.copyOf(buffer, end);
        FrameLayout.sealCompressed(frame, kind, encoded.length);
        return frame;
    }

    @Override
    public String toString() {
        if (!kind.isCompressed()) {
            return "Compression[none]";
        }
        String algorithm = kind == Kind.ZSTD ? "zstd level " + level : "lz4";
        return "Compression[" + algorithm + ", above " + above + " bytes, saving at least " + saving + ", at most "
                + maxBytes + " bytes]";
    }
}
