package dev.millrace.tools.server.game;

import java.text.Normalizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text of players, made fit for other players' terminals: control characters are left out (escape sequences begin with one), and so
 * is what changes the direction of writing or is half a character. Stateless.
 */
final class PlainText {
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.-]{1,32}");

    private PlainText() {}

    /** A line without what could harm a terminal; the same object where there is nothing. */
    static String of(String text) {
        int first = 0;
        while (first < text.length() && isPlain(text.codePointAt(first))) {
            first += Character.charCount(text.codePointAt(first));
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length()).append(text, 0, first);
        text.substring(first).codePoints().filter(PlainText::isPlain).forEach(plain::appendCodePoint);
        return plain.toString();
    }

    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            // Joiners make up emoji and some scripts; all other marks of this kind are seen by nobody, or turn text
            // around.
            case Character.FORMAT -> character == 0x200C || character == 0x200D;
            default -> true;
        };
    }

    /** The name of a player or a room as it is compared; null if it can't be one. */
    static @Nullable String name(String text) {
        String name = Normalizer.normalize(text, Normalizer.Form.NFC);
        return NAME.matcher(name).matches() ? name : null;
    }
}
