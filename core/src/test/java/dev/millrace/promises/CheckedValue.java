package dev.millrace.promises;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What a value says of itself: whose key it was written under and as which in turn. On the wire it carries a checksum
 * over both and over its padding, so a value that is torn, shifted or somebody else's is told from the right one.
 *
 * @param key the key it was written under
 * @param sequence its number among the writes to that key
 */
public record CheckedValue(String key, long sequence) {
    /** The value as it is written, at least {@code size} characters long. */
    public String text(int size) {
        StringBuilder text = new StringBuilder(key).append('|').append(sequence).append('|');
        while (text.length() < size - 9) {
            text.append((char) ('a' + (sequence + text.length()) % 26));
        }
        return text.append('|').append(checksum(text, text.length() - 1)).toString();
    }

    /**
     * What a value that was read says of itself.
     *
     * @throws IllegalArgumentException if it is no such value, or its checksum is wrong
     */
    public static CheckedValue parse(String text) {
        String[] parts = text.split("\\|", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("not a checked value, of " + text.length() + " characters");
        }
        if (!parts[3].equals(checksum(text, text.length() - parts[3].length() - 1))) {
            throw new IllegalArgumentException("wrong checksum in a value of " + text.length() + " characters");
        }
        return new CheckedValue(parts[0], Long.parseLong(parts[1]));
    }

    private static String checksum(CharSequence text, int length) {
        CRC32 crc = new CRC32();
        crc.update(text.subSequence(0, length).toString().getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
