package dev.millrace.queue;

import java.util.List;

/**
 * A {@link Settlement}, and what a worker wants to know besides.
 *
 * @param dueInMillis in how many ms there may be more to claim; -1 if that is not known
 */
record Settled<T>(List<SettleOutcome> acks, List<SettleOutcome> nacks, List<Job<T>> claimed, long dueInMillis) {
    static <T> Settled<T> nothing() {
        return new Settled<>(List.of(), List.of(), List.of(), -1);
    }
}
