package dev.millrace.promises;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Holds every answer against what was asked, and keeps those that belong to somebody else. Thread-safe. */
final class MixUps {
    private static final int SHOWN = 120;

    private final Queue<String> found = new ConcurrentLinkedQueue<>();

    /** An answer that is known beforehand. */
    void expect(String what, @Nullable Object expected, @Nullable Object answered) {
        if (!Objects.equals(expected, answered)) {
            report(what + " should be " + shown(expected) + ", was " + shown(answered));
        }
    }

    /** An answer that must lie within bounds. */
    void expectWithin(String what, long least, long most, @Nullable Long answered) {
        if (answered == null || answered < least || answered > most) {
            report(what + " should be " + least + " to " + most + ", was " + answered);
        }
    }

    /** A value of this key, one of those that may stand there; absent only where nothing was ever written for sure. */
    void expectValue(String key, Set<Long> sequences, boolean mayBeAbsent, @Nullable String answered) {
        if (answered == null) {
            if (!mayBeAbsent) {
                report("GET " + key + " was absent");
            }
            return;
        }
        try {
            CheckedValue value = CheckedValue.parse(answered);
            if (!value.key().equals(key)) {
                report("GET " + key + " was answered with the value of " + value.key());
            } else if (!sequences.contains(value.sequence())) {
                report("GET " + key + " was answered with write " + value.sequence() + ", not one of " + sequences);
            }
        } catch (IllegalArgumentException e) {
            report("GET " + key + ": " + e.getMessage() + ": " + shown(answered));
        }
    }

    void report(String mixUp) {
        found.add(mixUp);
    }

    Collection<String> found() {
        return List.copyOf(found);
    }

    private static String shown(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "… (" + text.length() + " characters)";
    }
}
