package dev.millrace.queue;

import java.util.List;

/**
 * What came of settling jobs.
 *
 * @param acks what became of each job that was acknowledged, in order
 * @param nacks what became of each of the others, in order
 * @param claimed the jobs that were handed out next; empty if none were asked for, there are none, or the queue is paused
 */
public record Settlement<T>(List<SettleOutcome> acks, List<SettleOutcome> nacks, List<Job<T>> claimed) {
    public Settlement {
        acks = List.copyOf(acks);
        nacks = List.copyOf(nacks);
        claimed = List.copyOf(claimed);
    }
}
