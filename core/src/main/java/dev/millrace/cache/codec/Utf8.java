package dev.millrace.cache.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * UTF-8 that replaces nothing. The JDK's fast conversions write a question mark or U+FFFD for what is malformed, which
 * would make two different keys one and a damaged value a good one.
 */
final class Utf8 {
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /** @throws CodecException if half of a surrogate pair stands alone */
    static byte[] encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // Most text is ASCII: the platform compares many chars at a time, the loop below looks at each.
        if (bytes.length != text.length() || !text.equals(new String(bytes, StandardCharsets.ISO_8859_1))) {
            requirePairs(text);
        }
        return bytes;
    }

    private static void requirePairs(String text) {
        for (int i = 0; i < text.length(); i++) {
            char high = text.charAt(i);
            if (Character.isSurrogate(high)) {
                i++;
                if (i == text.length() || !Character.isSurrogatePair(high, text.charAt(i))) {
                    throw new CodecException("text of " + text.length() + " chars has half of a surrogate pair at "
                            + (i - 1) + ", which UTF-8 cannot hold");
                }
            }
        }
    }

    /** Null when the bytes are not UTF-8. */
    static @Nullable String decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        // Something was replaced, or the text has this character of its own: the slow decoder tells.
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
