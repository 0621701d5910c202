package dev.millrace.cache.sql;

import java.util.Arrays;

/** Bytes that are being written, up to a limit; what comes after it is dropped, and {@link #isFull} says so. Confined. */
final class ByteSink {
    private static final int FIRST = 256;

    private final int most;
    private byte[] bytes;
    private int size;
    private boolean full;

    ByteSink(int most) {
        this.most = most;
        this.bytes = new byte[Math.min(FIRST, most)];
    }

    /** Whether something did not fit. */
    boolean isFull() {
        return full;
    }

    private boolean reserve(int more) {
        if (full || more > most - size) {
            full = true;
            return false;
        }
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(2L * bytes.length, (long) size + more)));
        }
        return true;
    }

    void put(int single) {
        if (reserve(1)) {
            bytes[size++] = (byte) single;
        }
    }

    void put(byte[] several) {
        if (reserve(several.length)) {
            System.arraycopy(several, 0, bytes, size, several.length);
            size += several.length;
        }
    }

    /** Bytes with their number before them. */
    void counted(byte[] several) {
        varint(several.length);
        put(several);
    }

    /** So many bytes of a number, the most significant first. */
    void fixed(long value, int width) {
        for (int shift = (width - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            put((int) (value >>> shift));
        }
    }

    /** Unsigned LEB128. */
    void varint(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            put((int) (left & 0x7F | 0x80));
            left >>>= 7;
        }
        put((int) left);
    }

    /** A number that may be negative; small either way takes few bytes. */
    void zigzag(long value) {
        varint(value << 1 ^ value >> 63);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
