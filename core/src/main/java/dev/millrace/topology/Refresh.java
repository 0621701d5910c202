package dev.millrace.topology;

import java.time.Duration;

/**
 * How often a topology is looked at anew. Immutable.
 *
 * @param period the time between two looks when nothing happens; 30 s by default. Where replicas are read it is 5 s
 *     at the most
 * @param gate the least time between the beginnings of two looks, whatever happens, so that a failover under load is
 *     not a storm of questions; 500 ms by default. It is also about how late a new master can be noticed
 */
public record Refresh(Duration period, Duration gate) {
    private static final Duration LONGEST = Duration.ofDays(1);

    /** @throws IllegalArgumentException if the gate is not from 1 ms to the period, or the period is over a day */
    public Refresh {
        if (gate.toMillis() < 1 || gate.compareTo(period) > 0 || period.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a refresh each " + period + ", " + gate
                    + " apart: the gate must be from 1 ms to the period, and that no longer than a day");
        }
    }

    /** The same, with a period that is no longer than this, or than the gate where that is longer. */
    Refresh atLeastEach(Duration longest) {
        Duration shorter = period.compareTo(longest) < 0 ? period : longest;
        return new Refresh(shorter.compareTo(gate) < 0 ? gate : shorter, gate);
    }

    /** Each 30 s, and 500 ms apart at the least. */
    public static Refresh ofDefaults() {
        return new Refresh(Duration.ofSeconds(30), Duration.ofMillis(500));
    }
}
