package dev.millrace.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * What an operator does to all partitions of a queue, one after the other: as {@link QueueAdmin}, and what that says of one
 * queue holds for each. When a call fails, those before have done their part; it may be repeated. Thread-safe.
 */
public final class PartitionedAdmin<T> {
    private final PartitionedQueue<T> queue;

    PartitionedAdmin(PartitionedQueue<T> queue) {
        this.queue = queue;
    }

    /**
     * Jobs in a state, left where they are: the first ones of each partition, put in order by priority and age, or by when
     * they are due or ended. Those of all lanes if they are {@link JobState#READY}, lane after lane.
     *
     * @param most 1 to 1,000
     */
    public List<StoredJob<T>> peek(JobState state, int most) {
        List<StoredJob<T>> all = new ArrayList<>();
        if (state != JobState.READY) {
            queue.partitions().forEach(partition -> all.addAll(partition.admin().peek(state, 0, most)));
            all.sort(Comparator.comparing(job -> Objects.requireNonNullElse(job.at(), Instant.EPOCH)));
            return List.copyOf(all.subList(0, Math.min(most, all.size())));
        }
        for (Lane lane : queue.options().lanes()) {
            List<StoredJob<T>> ready = new ArrayList<>();
            queue.partitions()
                    .forEach(partition -> ready.addAll(partition.admin().peekLane(lane.name(), 0, most)));
            ready.sort(Comparator.<StoredJob<T>>comparingInt(job -> -job.priority())
                    .thenComparing(StoredJob::enqueuedAt));
            all.addAll(ready.subList(0, Math.min(most - all.size(), ready.size())));
            if (all.size() == most) {
                break;
            }
        }
        return all;
    }

    /**
     * As {@link QueueAdmin#find}, partition after partition.
     *
     * @param ids 1 to 1,000
     */
    public List<StoredJob<T>> find(List<String> ids) {
        Names.checkedNumber("a number of ids", ids.size(), 1, QueueCalls.MOST);
        List<StoredJob<T>> found = new ArrayList<>();
        for (int i = 0; i < queue.partitions().size(); i++) {
            List<String> its = of(i, ids);
            if (!its.isEmpty()) {
                found.addAll(queue.partitions().get(i).admin().find(its));
            }
        }
        return found;
    }

    /** As {@link QueueAdmin#pause}. @return whether that is new for any partition */
    public boolean pause() {
        return sum(admin -> admin.pause() ? 1 : 0) > 0;
    }

    /** As {@link QueueAdmin#resume}. @return whether that is new for any partition */
    public boolean resume() {
        return sum(admin -> admin.resume() ? 1 : 0) > 0;
    }

    /** As {@link QueueAdmin#remove}. @return how many there were */
    public long remove(List<String> ids) {
        long removed = 0;
        for (int i = 0; i < queue.partitions().size(); i++) {
            removed += queue.partitions().get(i).admin().remove(of(i, ids));
        }
        return removed;
    }

    /** As {@link QueueAdmin#drain}. @return how many */
    public long drain() {
        return sum(QueueAdmin::drain);
    }

    /** As {@link QueueAdmin#purge(JobState)}. @return how many */
    public long purge(JobState state) {
        return sum(admin -> admin.purge(state));
    }

    /** As {@link QueueAdmin#purge(JobState, Instant)}. @return how many */
    public long purge(JobState state, Instant until) {
        return sum(admin -> admin.purge(state, until));
    }

    /** As {@link QueueAdmin#replay()}. @return how many */
    public long replay() {
        return sum(QueueAdmin::replay);
    }

    /** As {@link QueueAdmin#replay(List)}. @return how many */
    public long replay(List<String> ids) {
        long replayed = 0;
        for (int i = 0; i < queue.partitions().size(); i++) {
            replayed += queue.partitions().get(i).admin().replay(of(i, ids));
        }
        return replayed;
    }

    /** As {@link QueueAdmin#audit}, the numbers of all partitions added up. */
    public AuditReport audit(boolean mend) {
        return queue.partitions().stream()
                .map(partition -> partition.admin().audit(mend))
                .reduce(AuditReport.empty(), AuditReport::plus);
    }

    private List<String> of(int partition, List<String> ids) {
        return ids.stream().filter(id -> queue.partitionOf(id) == partition).toList();
    }

    private long sum(ToLongFunction<QueueAdmin<T>> order) {
        return queue.partitions().stream()
                .mapToLong(partition -> order.applyAsLong(partition.admin()))
                .sum();
    }
}
