package dev.millrace.tools.doctor.facts;

import java.util.Arrays;

/**
 * How long a server takes to answer PING, one at a time, as this process sees it.
 *
 * @param count how many were sent, at least 1
 * @param medianNanos half of them took no longer, in ns
 * @param p99Nanos 99 of 100 took no longer, in ns
 */
public record RoundTrips(int count, long medianNanos, long p99Nanos) {

    /** @throws IllegalArgumentException if there is none */
    static RoundTrips of(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("no round trip was measured");
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new RoundTrips(sorted.length, sorted[(sorted.length - 1) / 2], sorted[(sorted.length * 99 - 1) / 100]);
    }
}
