package dev.millrace.queue;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a queue at one moment.
 *
 * @param paused whether nothing is handed out
 * @param ready jobs that can be claimed, by lane, in the order of the options
 * @param delayed jobs that wait until they are due
 * @param leased jobs in consumers' hands
 * @param done jobs in the history of what was acknowledged
 * @param failed jobs in the history of what was cancelled
 * @param dead dead letters
 * @param overdue of the delayed and the leased, those that the next claim makes ready
 * @param oldestAge how long ago the oldest ready job was enqueued; null if none is ready
 * @param waitingByType ready and delayed jobs by type; types that none waits of are not there
 * @param counters what has happened since the queue's beginning
 */
public record QueueStatistics(
        boolean paused,
        Map<String, Long> ready,
        long delayed,
        long leased,
        long done,
        long failed,
        long dead,
        long overdue,
        @Nullable Duration oldestAge,
        Map<String, Long> waitingByType,
        Counters counters) {
    public QueueStatistics {
        ready = Collections.unmodifiableMap(new LinkedHashMap<>(ready));
        waitingByType = Map.copyOf(waitingByType);
    }

    /** Ready and delayed jobs of all lanes. */
    public long waiting() {
        return delayed + ready.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * The numbers of several queues of the same lanes as those of one: sums, the greatest age, and paused if all are.
     *
     * @param parts at least one
     */
    static QueueStatistics sum(List<QueueStatistics> parts) {
        return parts.stream().reduce(QueueStatistics::plus).orElseThrow();
    }

    private QueueStatistics plus(QueueStatistics other) {
        Map<String, Long> readyInAll = new LinkedHashMap<>(ready);
        other.ready.forEach((lane, number) -> readyInAll.merge(lane, number, Long::sum));
        Map<String, Long> types = new HashMap<>(waitingByType);
        other.waitingByType.forEach((type, number) -> types.merge(type, number, Long::sum));
        return new QueueStatistics(
                paused && other.paused,
                readyInAll,
                delayed + other.delayed,
                leased + other.leased,
                done + other.done,
                failed + other.failed,
                dead + other.dead,
                overdue + other.overdue,
                older(oldestAge, other.oldestAge),
                types,
                counters.plus(other.counters));
    }

    private static @Nullable Duration older(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) < 0 ? other : one;
    }

    /**
     * What has happened to jobs, each counted once each time it happened.
     *
     * @param enqueued taken in as new
     * @param duplicates not taken, their id was known
     * @param replaced taken in the place of another
     * @param claimed handed out under a lease
     * @param taken handed out for good
     * @param completed acknowledged
     * @param retried sent back for another attempt
     * @param snoozed sent back for later
     * @param handedBack sent back untouched
     * @param expired taken back because a lease ran out
     * @param givenUp dead letters, or failed where there are none
     * @param cancelled cancelled by a handler
     * @param removed removed or drained
     * @param purged deleted from a history or the dead letters by hand
     * @param replayed dead letters that were made ready again
     * @param lost found without a payload; always 0 unless keys were changed by other means
     * @param doneBytes payload bytes in the history of done
     * @param failedBytes payload bytes in the history of failed
     */
    public record Counters(
            long enqueued,
            long duplicates,
            long replaced,
            long claimed,
            long taken,
            long completed,
            long retried,
            long snoozed,
            long handedBack,
            long expired,
            long givenUp,
            long cancelled,
            long removed,
            long purged,
            long replayed,
            long lost,
            long doneBytes,
            long failedBytes) {
        Counters plus(Counters other) {
            return new Counters(
                    enqueued + other.enqueued,
                    duplicates + other.duplicates,
                    replaced + other.replaced,
                    claimed + other.claimed,
                    taken + other.taken,
                    completed + other.completed,
                    retried + other.retried,
                    snoozed + other.snoozed,
                    handedBack + other.handedBack,
                    expired + other.expired,
                    givenUp + other.givenUp,
                    cancelled + other.cancelled,
                    removed + other.removed,
                    purged + other.purged,
                    replayed + other.replayed,
                    lost + other.lost,
                    doneBytes + other.doneBytes,
                    failedBytes + other.failedBytes);
        }

        static Counters of(Map<String, Long> counted) {
            return new Counters(
                    counted.getOrDefault("new", 0L),
                    counted.getOrDefault("duplicate", 0L),
                    counted.getOrDefault("replaced", 0L),
                    counted.getOrDefault("claimed", 0L),
                    counted.getOrDefault("taken", 0L),
                    counted.getOrDefault("completed", 0L),
                    counted.getOrDefault("retried", 0L),
                    counted.getOrDefault("snoozed", 0L),
                    counted.getOrDefault("handed_back", 0L),
                    counted.getOrDefault("expired", 0L),
                    counted.getOrDefault("given_up", 0L),
                    counted.getOrDefault("cancelled", 0L),
                    counted.getOrDefault("removed", 0L),
                    counted.getOrDefault("purged", 0L),
                    counted.getOrDefault("replayed", 0L),
                    counted.getOrDefault("lost", 0L),
                    counted.getOrDefault("done_bytes", 0L),
                    counted.getOrDefault("failed_bytes", 0L));
        }
    }
}
