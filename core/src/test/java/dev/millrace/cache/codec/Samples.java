package dev.millrace.cache.codec;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Values to store: what compresses well, and what does not. */
final class Samples {
    static final byte[] MAGIC = {(byte) 0xF5, 0x4D, 0x52, (byte) 0xFA};

    private Samples() {}

    /** Text that compresses well, of exactly so many bytes. */
    static byte[] text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < length; i++) {
            text.append("{\"id\":")
                    .append(i)
                    .append(",\"name\":\"user ")
                    .append(i % 7)
                    .append("\"},");
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    /** Bytes that do not compress at all. */
    static byte[] noise(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }
}
