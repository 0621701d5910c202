package dev.millrace.queue;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a job that failed waits for its next attempt: {@code least · 2ⁿ⁻¹} after the n-th, at most {@code most}, and of
 * that a part at random, so that jobs that failed together don't come back together.
 *
 * @param least the wait after the first failure; 1 s by default, zero to try again at once
 * @param most the longest wait; 10 min by default
 * @param jitter which part of the wait is random, from 0 (none) to 1 (all of it); 0.5 by default
 */
public record Backoff(Duration least, Duration most, double jitter) {
    /** @throws IllegalArgumentException if one is out of its range, or they are not in order */
    public Backoff {
        Names.checkedTime("a back-off", least, true);
        Names.checkedTime("a back-off", most, true);
        if (most.compareTo(least) < 0) {
            throw new IllegalArgumentException("a back-off from " + least + " to " + most + " is not in order");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("a jitter of " + jitter + ": must be from 0 to 1");
        }
    }

    /** 1 s to 10 min, half of it random. */
    public static Backoff ofDefaults() {
        return new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10), 0.5);
    }

    /** No wait at all. */
    public static Backoff none() {
        return new Backoff(Duration.ZERO, Duration.ZERO, 0);
    }

    /**
     * The wait after so many failures.
     *
     * @param failures failed attempts in all, from 1
     */
    public Duration after(int failures, RandomGenerator random) {
        long longest = Names.millis(most);
        long span = Math.min(Names.millis(least), longest);
        for (int i = 1; i < failures && span < longest && span > 0; i++) {
            span = Math.min(2 * span, longest);
        }
        long sure = (long) (span * (1 - jitter));
        return Duration.ofMillis(sure + (span > sure ? random.nextLong(span - sure + 1) : 0));
    }
}
