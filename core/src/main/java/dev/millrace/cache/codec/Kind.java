package dev.millrace.cache.codec;

import org.jspecify.annotations.Nullable;

/** What a frame holds, by the number that says so. Numbers are for ever: one that is given up is not given again. */
enum Kind {
    /** The bytes of a value as they are. */
    STORED(0),
    /** The bytes of a value, compressed by zstd. */
    ZSTD(1),
    /** The bytes of a value, compressed by lz4 as one block. */
    LZ4(2),
    /** Nothing: there is no such value, and that is worth knowing. */
    ABSENT(3),
    /** The token of whoever is loading the value. */
    LEASE(4);

    private static final Kind[] ALL = values();

    final byte code;

    Kind(int code) {
        this.code = (byte) code;
    }

    static @Nullable Kind of(byte code) {
        for (Kind kind : ALL) {
            if (kind.code == code) {
                return kind;
            }
        }
        return null;
    }

    boolean isCompressed() {
        return this == ZSTD || this == LZ4;
    }
}
