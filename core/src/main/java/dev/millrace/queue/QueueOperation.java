package dev.millrace.queue;

import dev.millrace.metrics.ClientListener;
import java.time.Duration;
import java.time.Instant;

/**
 * One operation of a queue that has ended: a trip to the server. A trip that failed in part is two, one for what was
 * answered and one for what was not.
 *
 * @param queue the queue's name
 * @param at when it began, by this process's clock
 * @param kind what was done
 * @param method one job or many in the trip
 * @param operations how many jobs it was about: those enqueued, claimed, settled or extended; for {@link Kind#LOOK} and
 *     {@link Kind#ADMIN} 1
 * @param points the sum of the points of these jobs, by {@link QueueOptions#points()}; one for each job by default. 0 for
 *     what is about no payloads
 * @param duration from its beginning to its end
 * @param outcome how it ended
 */
public record QueueOperation(
        String queue,
        Instant at,
        Kind kind,
        QueueMethod method,
        int operations,
        long points,
        Duration duration,
        ClientListener.Outcome outcome) {
    /** What was done. */
    public enum Kind {
        /** Jobs were sent in. */
        ENQUEUE,
        /** Jobs were claimed under leases. */
        CLAIM,
        /** Jobs were taken for good. */
        DEQUEUE,
        /** Leases were ended; jobs claimed in the same trip are counted when they are settled. */
        SETTLE,
        /** Leases were extended. */
        EXTEND,
        /** Something was looked at. */
        LOOK,
        /** The queue was paused, resumed, purged and the like. */
        ADMIN
    }
}
