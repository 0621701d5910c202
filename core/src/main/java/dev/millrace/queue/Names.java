package dev.millrace.queue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** What names, ids, types and times of a queue must be like; each refusal is one line. */
final class Names {
    /** The longest time a script takes, about 139 years. */
    private static final Duration LONGEST = Duration.ofMillis(4398046511104L);

    private Names() {}

    /**
     * The text, if it has from {@code least} to {@code most} bytes as UTF-8.
     *
     * @throws IllegalArgumentException if not, or if it is not Unicode text: two such could be one id in UTF-8
     */
    static String checked(String what, String text, int least, int most) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                throw new IllegalArgumentException(what + " is not Unicode text: half of a surrogate pair at " + i);
            }
        }
        if (bytes < least || bytes > most) {
            throw new IllegalArgumentException(
                    what + " of " + bytes + " bytes: it must have from " + least + " to " + most);
        }
        return text;
    }

    /** A text cut to so many bytes of UTF-8, whole characters only. */
    static byte[] cut(String text, int most) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int end = Math.min(bytes.length, most);
        while (end > 0 && end < bytes.length && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return end == bytes.length ? bytes : Arrays.copyOf(bytes, end);
    }

    /** Whole milliseconds, rounded up: a time that is not zero does not become zero. */
    static long millis(Duration duration) {
        long millis = duration.toMillis();
        return duration.toNanosPart() % 1_000_000 == 0 ? millis : millis + 1;
    }

    /** @throws IllegalArgumentException if a time is negative, or zero where that is not allowed, or too long */
    static Duration checkedTime(String what, Duration time, boolean zeroAllowed) {
        if (time.isNegative() || (time.isZero() && !zeroAllowed) || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " of " + time + ": it must be "
                    + (zeroAllowed ? "zero or longer" : "longer than zero") + ", up to 139 years");
        }
        return time;
    }

    /** @throws IllegalArgumentException if a number is out of its range */
    static long checkedNumber(String what, long number, long least, long most) {
        if (number < least || number > most) {
            throw new IllegalArgumentException(what + " of " + number + ": must be from " + least + " to " + most);
        }
        return number;
    }
}
