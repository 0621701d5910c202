package dev.millrace.command;

import java.time.Duration;
import java.time.Instant;

/**
 * When a value that is written or read shall expire: after a while, at a time, as it does now, or never. Precise to
 * the millisecond. Immutable.
 */
public sealed interface Expiry {
    /**
     * After this long, by the server's clock.
     *
     * @param duration at least 1 ms; fractions of a millisecond are dropped
     */
    record In(Duration duration) implements Expiry {
        /** @throws IllegalArgumentException if the duration is shorter than 1 ms or longer than Redis can count */
        public In {
            if (Milliseconds.of(duration) < 1) {
                throw new IllegalArgumentException("an expiry is at least 1 ms away, not " + duration);
            }
        }
    }

    /**
     * At this time, by the server's clock; a time in the past expires the value at once.
     *
     * @param instant after 1970-01-01T00:00:00Z; fractions of a millisecond are dropped
     */
    record At(Instant instant) implements Expiry {
        /** @throws IllegalArgumentException if the instant is not after the epoch or later than Redis can count */
        public At {
            if (Milliseconds.of(instant) < 1) {
                throw new IllegalArgumentException("an expiry is after 1970-01-01T00:00:00Z, not " + instant);
            }
        }
    }

    /** As it is now: a write keeps the time to live of what it replaces (KEEPTTL), a read changes nothing. */
    record Kept() implements Expiry {}

    /** Never: a write leaves no time to live, a read takes it away (PERSIST). */
    record Never() implements Expiry {}

    /** After this long. @throws IllegalArgumentException if it is shorter than 1 ms */
    static Expiry in(Duration duration) {
        return new In(duration);
    }

    /** At this time. @throws IllegalArgumentException if it is not after the epoch */
    static Expiry at(Instant instant) {
        return new At(instant);
    }

    /** As it is now. */
    static Expiry kept() {
        return new Kept();
    }

    /** Never. */
    static Expiry never() {
        return new Never();
    }
}
