package dev.millrace.tools;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Numbers, times and foreign bytes as words for a terminal. Stateless. */
public final class Words {
    private Words() {}

    /** A number with its thousands apart. */
    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A count with its noun, which takes an s. */
    public static String counted(long count, String noun) {
        return number(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** An age in its largest unit, such as {@code 90 s} or {@code 3 h}; a dash for none. */
    public static String age(@Nullable Duration age) {
        if (age == null) {
            return "–";
        }
        if (age.compareTo(Duration.ofMinutes(2)) < 0) {
            return String.format(Locale.ROOT, "%.1f s", age.toMillis() / 1e3);
        }
        if (age.compareTo(Duration.ofHours(2)) < 0) {
            return age.toMinutes() + " min";
        }
        return age.compareTo(Duration.ofDays(2)) < 0 ? age.toHours() + " h" : number(age.toDays()) + " d";
    }

    /** Bytes as the text that they are, if they are UTF-8. */
    public static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }

    /**
     * Bytes that can't move the cursor, nor turn the direction of what is read: UTF-8 as it is, all that is not printable
     * escaped.
     */
    public static String printable(byte[] bytes) {
        return text(bytes).map(Words::printable).orElseGet(() -> escaped(bytes));
    }

    /** As {@link #printable(byte[])}. */
    public static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (isPrintable(character)) {
                printable.appendCodePoint(character);
            } else {
                printable.append(String.format(Locale.ROOT, character < 0x100 ? "\\x%02x" : "\\u{%x}", character));
            }
        });
        return printable.toString();
    }

    /** The beginning of a text and how many bytes it stands for, if it is longer than so many characters. */
    public static String shortened(String text, int most, int bytes) {
        if (text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, most)) + "… (" + counted(bytes, "byte") + ")";
    }

    private static String escaped(byte[] bytes) {
        StringBuilder escaped = new StringBuilder(bytes.length * 2);
        for (byte b : bytes) {
            if (b >= 0x20 && b < 0x7f) {
                escaped.append((char) b);
            } else {
                escaped.append(String.format(Locale.ROOT, "\\x%02x", b & 0xff));
            }
        }
        return escaped.toString();
    }

    private static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
