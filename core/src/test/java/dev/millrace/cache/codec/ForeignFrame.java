package dev.millrace.cache.codec;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A frame as someone else may write it, with whatever version, kind and fields, and a checksum that is right. Written
 * from the table in the Javadoc of {@link Frame}, without the code that is under test.
 */
record ForeignFrame(int version, int kind, byte[] fields, byte[] payload) {
    static ForeignFrame of(int kind, byte[] fields, byte[] payload) {
        return new ForeignFrame(1, kind, fields, payload);
    }

    static byte[] varint(long size) {
        ByteBuffer bytes = ByteBuffer.allocate(10);
        long rest = size;
        while ((rest & ~0x7FL) != 0) {
            bytes.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        bytes.put((byte) rest);
        byte[] varint = new byte[bytes.position()];
        bytes.get(0, varint);
        return varint;
    }

    byte[] bytes() {
        return bytes(5 + fields.length);
    }

    /** With a header length that need not be true. */
    byte[] bytes(int headerLength) {
        byte[] start = {(byte) version, (byte) headerLength, (byte) kind};
        CRC32C crc = new CRC32C();
        crc.update(start);
        crc.update(fields);
        crc.update(payload);
        byte[] checksum = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
        return Samples.joined(Samples.MAGIC, start, checksum, fields, payload);
    }
}
