package dev.millrace.cache.sql;

import dev.millrace.cache.codec.CodecException;
import java.util.Arrays;

/** Bytes that are being read, whoever wrote them: no length is believed beyond what is there. Confined. */
final class ByteSource {
    private final byte[] bytes;
    private int at;

    ByteSource(byte[] bytes) {
        this.bytes = bytes;
    }

    int left() {
        return bytes.length - at;
    }

    int one() {
        if (at == bytes.length) {
            throw cut();
        }
        return bytes[at++] & 0xFF;
    }

    byte[] several(int count) {
        if (count > left()) {
            throw cut();
        }
        at += count;
        return Arrays.copyOfRange(bytes, at - count, at);
    }

    /** Bytes with their number before them. */
    byte[] counted() {
        return several(count());
    }

    /** The number of something of which each takes at least a byte. */
    int count() {
        long count = varint();
        if (count < 0 || count > left()) {
            throw new CodecException(
                    "a result speaks of " + Long.toUnsignedString(count) + " where " + left() + " bytes are left");
        }
        return (int) count;
    }

    long fixed(int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << Byte.SIZE | one();
        }
        return value;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = one();
            if (shift == 63 && next > 1) {
                break;
            }
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new CodecException("a result holds a number of more than 64 bits");
    }

    long zigzag() {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    /** As {@link #zigzag}, of 32 bits. */
    int zigzagInt() {
        long value = zigzag();
        if (value != (int) value) {
            throw new CodecException("a result holds a number of more than 32 bits where one may have as many");
        }
        return (int) value;
    }

    private CodecException cut() {
        return new CodecException("a result of " + bytes.length + " bytes is cut off");
    }
}
