package dev.millrace.cache.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Where the fields of a {@link Frame} are, and how they are written. */
final class FrameLayout {
    static final int MAGIC = 0xF5_4D_52_FA;
    static final byte VERSION = 1;

    static final int VERSION_AT = 4;
    static final int HEADER_LENGTH_AT = 5;
    static final int KIND_AT = 6;
    static final int CHECKSUM_AT = 7;
    static final int FIELDS_AT = 11;

    /** The header length is counted from here. */
    static final int COUNTED_FROM = KIND_AT;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private FrameLayout() {}

    /** Whether a stored value that begins so is a frame, or what damage has left of one. */
    static boolean isReserved(byte[] raw) {
        if (raw.length >= Integer.BYTES) {
            return Integer.bitCount(intAt(raw, 0) ^ MAGIC) <= 1;
        }
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != (byte) (MAGIC >>> (24 - 8 * i))) {
                return false;
            }
        }
        return raw.length > 0;
    }

    static int intAt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    /** Of all that follows the magic, except the checksum itself. */
    static int checksum(byte[] frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame, VERSION_AT, CHECKSUM_AT - VERSION_AT);
        crc.update(frame, FIELDS_AT, frame.length - FIELDS_AT);
        return (int) crc.getValue();
    }

    /** A whole frame of a kind that is not compressed. */
    static byte[] frame(Kind kind, byte[] payload) {
        byte[] frame = new byte[FIELDS_AT + payload.length];
        System.arraycopy(payload, 0, frame, FIELDS_AT, payload.length);
        seal(frame, kind, FIELDS_AT);
        return frame;
    }

    /** Where the payload of a compressed value of this size begins. */
    static int compressedAt(int uncompressedSize) {
        int at = FIELDS_AT + 1;
        for (int rest = uncompressedSize >>> 7; rest != 0; rest >>>= 7) {
            at++;
        }
        return at;
    }

    /** Writes the header of a compressed value before its payload, which is in place. */
    static void sealCompressed(byte[] frame, Kind kind, int uncompressedSize) {
        int at = FIELDS_AT;
        int rest = uncompressedSize;
        while (rest > 0x7F) {
            frame[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        frame[at++] = (byte) rest;
        seal(frame, kind, at);
    }

    private static void seal(byte[] frame, Kind kind, int payloadAt) {
        INT.set(frame, 0, MAGIC);
        frame[VERSION_AT] = VERSION;
        frame[HEADER_LENGTH_AT] = (byte) (payloadAt - COUNTED_FROM);
        frame[KIND_AT] = kind.code;
        INT.set(frame, CHECKSUM_AT, checksum(frame));
    }
}
