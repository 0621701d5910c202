package dev.millrace.resilience;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How a lost server is looked for: waits between attempts, and how long callers are kept waiting for it.
 *
 * <p>The wait before attempt {@code n} is random between zero and {@code least · 2ⁿ}, at most {@code most}: full jitter,
 * so that a fleet that lost its server together does not come back together.
 *
 * @param least the span of the first wait; 20 ms by default
 * @param most the longest span; 2 s by default
 * @param patience how long a server may be unreachable before the circuit opens and callers are told at once; 2 s by
 *     default, zero to tell them after the first failed attempt
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential backoff and
 *     jitter</a>
 */
public record Reconnection(Duration least, Duration most, Duration patience) {
    private static final Duration LONGEST = Duration.ofDays(366);

    /**
     * @throws IllegalArgumentException if the spans are not positive and in order, the patience is negative, or one is
     *     longer than a year
     */
    public Reconnection {
        if (least.isNegative() || least.isZero() || most.compareTo(least) < 0 || most.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("reconnection waits of " + least + " to " + most
                    + ": they must be positive, in order, and not longer than a year");
        }
        if (patience.isNegative() || patience.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a patience of " + patience + ": must be from zero to a year");
        }
    }

    /** 20 ms, 2 s, 2 s. */
    public static Reconnection ofDefaults() {
        return new Reconnection(Duration.ofMillis(20), Duration.ofSeconds(2), Duration.ofSeconds(2));
    }

    /**
     * How long to wait before the next attempt.
     *
     * @param failures how many attempts have failed in a row, from 1
     */
    public Duration wait(int failures, RandomGenerator random) {
        long span = least.toNanos();
        for (int i = 1; i < failures && span < most.toNanos(); i++) {
            span *= 2;
        }
        return Duration.ofNanos(random.nextLong(Math.min(span, most.toNanos()) + 1));
    }
}
