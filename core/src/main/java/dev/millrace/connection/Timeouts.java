package dev.millrace.connection;

import java.time.Duration;

/**
 * How long things may take; every wait has one of these as its end.
 *
 * @param connect for the socket, TLS and the handshake together; 10 s by default
 * @param command for one call from being asked to its outcome, queueing and retries included; 5 s by default
 * @param keepAlive idle time after which TCP probes the peer; 30 s by default
 * @param close how long close waits for what is outstanding; 2 s by default
 */
public record Timeouts(Duration connect, Duration command, Duration keepAlive, Duration close) {
    private static final Duration LONGEST = Duration.ofDays(366);

    /** @throws IllegalArgumentException if one is not positive (close may be zero) or longer than a year */
    public Timeouts {
        check("connect timeout", connect, false);
        check("command timeout", command, false);
        check("keep-alive", keepAlive, false);
        check("close timeout", close, true);
    }

    private static void check(String what, Duration duration, boolean zeroAllowed) {
        if (duration.isNegative() || (duration.isZero() && !zeroAllowed)) {
            throw new IllegalArgumentException(what + " of " + duration + ": it must be longer than zero");
        }
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " of " + duration + " is longer than a year");
        }
    }

    /** The time a caller gives one call, in nanoseconds; a year at the most, and nothing when it is negative. */
    public static long nanosOf(Duration within) {
        return within.isNegative() ? 0 : within.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : within.toNanos();
    }

    /** 10 s, 5 s, 30 s, 2 s. */
    public static Timeouts ofDefaults() {
        return new Timeouts(
                Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(2));
    }
}
