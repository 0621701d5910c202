package dev.millrace.command;

import java.time.Duration;
import java.time.Instant;

/** Durations and times as the numbers that Redis takes. */
final class Milliseconds {
    private Milliseconds() {}

    /** Whole milliseconds; fractions are dropped. @throws IllegalArgumentException if a long can't hold them */
    static long of(Duration duration) {
        try {
            return duration.toMillis();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("a duration is longer than Redis can count: " + duration, e);
        }
    }

    /** Whole milliseconds since the epoch. @throws IllegalArgumentException if a long can't hold them */
    static long of(Instant instant) {
        try {
            return instant.toEpochMilli();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("a time is later than Redis can count: " + instant, e);
        }
    }

    /**
     * How long a blocking command waits, as it is sent: seconds with three decimals. Zero stands for no limit; what
     * is longer is never rounded down to it.
     *
     * @throws IllegalArgumentException if the timeout is negative
     */
    static String timeout(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("a timeout is not negative: " + timeout + "; zero waits without limit");
        }
        long millis = timeout.isZero() ? 0 : Math.max(1, of(timeout));
        return millis / 1000 + "." + String.valueOf(1000 + millis % 1000).substring(1);
    }
}
