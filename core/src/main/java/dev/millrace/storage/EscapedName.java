package dev.millrace.storage;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Names and keys as they stand in Redis. Stateless. */
final class EscapedName {
    private static final int LONGEST = 512;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private EscapedName() {}

    /**
     * A name with every byte but letters, digits, {@code .}, {@code _} and {@code -} as {@code %XX}.
     *
     * @throws IllegalArgumentException if it is empty, longer than 512 bytes, or no text that UTF-8 can hold
     */
    static String of(String what, String name) {
        byte[] bytes = bytes(what, name);
        if (bytes.length == 0 || bytes.length > LONGEST) {
            throw new IllegalArgumentException(
                    "the name of " + what + " has 1 to " + LONGEST + " bytes, not " + bytes.length);
        }
        StringBuilder escaped = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            if (isPlain(b)) {
                escaped.append((char) b);
            } else {
                escaped.append('%').append(HEX.toHexDigits(b));
            }
        }
        return escaped.toString();
    }

    /**
     * A key, which may be of any characters.
     *
     * @throws IllegalArgumentException if it is empty, or no text that UTF-8 can hold: two such keys could become one
     */
    static String key(String key) {
        if (bytes("a plugin's key", key).length == 0) {
            throw new IllegalArgumentException("a plugin's key is empty; it has at least one character");
        }
        return key;
    }

    private static byte[] bytes(String what, String text) {
        try {
            var encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(what + " has half of a surrogate pair, which UTF-8 cannot hold", e);
        }
    }

    private static boolean isPlain(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '.'
                || b == '_'
                || b == '-';
    }
}
