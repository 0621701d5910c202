package dev.millrace.command;

import java.io.ByteArrayOutputStream;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of any characters as a part of keys that no name can leave: every byte but letters, digits, {@code .}, {@code _} and
 * {@code -} stands as {@code %XX}, so that braces, colons and patterns mean nothing. Stateless.
 */
public final class EscapedName {
    private static final int LONGEST = 512;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");

    private EscapedName() {}

    /**
     * A name, escaped.
     *
     * @param what what it is the name of, for the message: "a room"
     * @throws IllegalArgumentException if it is empty, longer than 512 bytes, or no text that UTF-8 can hold
     */
    public static String of(String what, String name) {
        byte[] bytes = bytes(what, name);
        if (bytes.length == 0 || bytes.length > LONGEST) {
            throw new IllegalArgumentException(
                    "the name of " + what + " has 1 to " + LONGEST + " bytes, not " + bytes.length);
        }
        return escaped(bytes);
    }

    /** Any bytes, escaped. */
    public static String escaped(byte[] bytes) {
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

    /** The name that was escaped; what is no escape stands for itself, and bytes that are no text are replaced. */
    public static String original(String escaped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length());
        Matcher escape = ESCAPE.matcher(escaped);
        int from = 0;
        while (escape.find()) {
            bytes.writeBytes(escaped.substring(from, escape.start()).getBytes(StandardCharsets.UTF_8));
            bytes.write(Integer.parseInt(escape.group(1), 16));
            from = escape.end();
        }
        bytes.writeBytes(escaped.substring(from).getBytes(StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * The bytes of a text in UTF-8.
     *
     * @throws IllegalArgumentException if it is no text that UTF-8 can hold: two such could become one
     */
    public static byte[] bytes(String what, String text) {
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
