package dev.millrace.tools.bench;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Values of 64 characters that name the run and the place they were written for, so that a value in a wrong place, or
 * left over from another run, is never taken for the right one. Stateless.
 */
final class Values {
    private static final int LENGTH = 64;

    private Values() {}

    /** The values of one run, one per place. */
    static String[] of(Run run, int count) {
        String[] values = new String[count];
        String start = "run " + run.number() + " place ";
        StringBuilder value = new StringBuilder(LENGTH);
        for (int place = 0; place < count; place++) {
            value.setLength(0);
            value.append(start).append(place).append(' ');
            while (value.length() < LENGTH) {
                value.append((char) ('a' + (place + value.length()) % 26));
            }
            values[place] = value.toString();
        }
        return values;
    }

    /** The first place where two lists differ, in words; nothing if they are equal. */
    static Optional<String> difference(String what, @Nullable String[] expected, @Nullable String[] found) {
        int place = Arrays.mismatch(expected, found);
        if (place < 0) {
            return Optional.empty();
        }
        if (place >= expected.length || place >= found.length) {
            return Optional.of(what + ": " + expected.length + " expected, " + found.length + " found");
        }
        return Optional.of(what + " " + place + (found[place] == null ? " is absent" : " has another value"));
    }
}
