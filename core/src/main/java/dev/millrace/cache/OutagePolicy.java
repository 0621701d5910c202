package dev.millrace.cache;

import java.time.Duration;

/** What a read does that Redis does not answer. Writes report it whatever the policy. */
public sealed interface OutagePolicy {
    /** Answers "absent", and asks no loader: it may be what Redis protects. */
    record Absent() implements OutagePolicy {}

    /** Asks the loader, once for all who ask at the same time; absent where there is none. The default. */
    record Load() implements OutagePolicy {}

    /**
     * Answers what memory last knew, if that has been valid no longer than {@code age} ago; else as {@link Load}. Memory
     * keeps entries for so much longer, within its bound.
     */
    record StaleOk(Duration age) implements OutagePolicy {
        /** @throws IllegalArgumentException if the age is not positive */
        public StaleOk {
            if (age.isNegative() || age.isZero()) {
                throw new IllegalArgumentException("an age of " + age + " allows nothing stale; it must be positive");
            }
        }
    }

    /** Throws what the read failed with. */
    record Fail() implements OutagePolicy {}

    /** {@link Absent}. */
    static OutagePolicy absent() {
        return new Absent();
    }

    /** {@link Load}. */
    static OutagePolicy load() {
        return new Load();
    }

    /** {@link StaleOk}. */
    static OutagePolicy staleOk(Duration age) {
        return new StaleOk(age);
    }

    /** {@link Fail}. */
    static OutagePolicy fail() {
        return new Fail();
    }

    /** For how long what is not valid any more is of use. */
    default long staleNanos() {
        return this instanceof StaleOk stale ? stale.age().toNanos() : 0;
    }
}
