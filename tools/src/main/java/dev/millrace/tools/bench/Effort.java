package dev.millrace.tools.bench;

import java.time.Duration;

/**
 * How much of everything is measured. What waits for every reply is bounded by time, not by count: one by one at 5 ms, a
 * whole flight would take a minute, and operations per second are what is compared.
 *
 * @param runs measured runs of every trial, at least 1
 * @param budget about how long one run of a trial that waits may take
 * @param warmUp how long every trial is run at least before it is measured, so that compiled code is; once in any case
 * @param bounded whether the budget holds even where all of the data would take only some seconds
 */
record Effort(int runs, Duration budget, Duration warmUp, boolean bounded) {
    /** What a round trip on loopback takes at least, so that budgets hold there too. */
    private static final Duration LOOPBACK = Duration.ofNanos(50_000);

    Effort {
        if (runs < 1) {
            throw new IllegalArgumentException("runs must be at least 1, got " + runs);
        }
    }

    /** The whole suite: some minutes. */
    static Effort thorough(int runs) {
        return new Effort(runs, Duration.ofSeconds(1), Duration.ofSeconds(2), false);
    }

    /** The whole suite in about a minute. */
    static Effort quick(int runs) {
        return new Effort(runs, Duration.ofMillis(100), Duration.ZERO, true);
    }

    /** How many round trips one after another fit the budget, at least 1 and at most {@code most}. */
    int roundTrips(Duration roundTrip, int most) {
        long each = roundTrip.plus(LOOPBACK).toNanos();
        return (int) Math.clamp(budget.toNanos() / each, 1, most);
    }
}
