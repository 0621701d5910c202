package dev.millrace.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The jobs of one type that wait in a batcher: the highest priority first, within it who came first. Whoever goes anywhere
 * else than to the front, because their time has passed, costs no more. Confined to the lock of {@link Gathering}.
 */
final class Line<T> {
    final String type;
    private final TreeMap<Integer, LinkedHashSet<WaitingJob<T>>> byPriority = new TreeMap<>(Comparator.reverseOrder());
    private int jobs;
    private long bytes;
    private long oldest;
    /** Batches that have left and not ended. */
    int underWay;
    /** Whether it stands among those of which a batch is to leave. */
    boolean ready;

    Line(String type) {
        this.type = type;
    }

    boolean isEmpty() {
        return jobs == 0;
    }

    int jobs() {
        return jobs;
    }

    long bytes() {
        return bytes;
    }

    /** When the one that has waited longest came; only if there is one. */
    long oldest() {
        return oldest;
    }

    void add(WaitingJob<T> job) {
        byPriority
                .computeIfAbsent(job.parcel.spec().priority(), priority -> new LinkedHashSet<>())
                .add(job);
        if (jobs++ == 0) {
            oldest = job.arrived;
        }
        bytes += job.bytes;
        job.line = this;
    }

    WaitingJob<T> first() {
        return byPriority.firstEntry().getValue().getFirst();
    }

    /** All of them, in order. */
    List<WaitingJob<T>> all() {
        List<WaitingJob<T>> all = new ArrayList<>(jobs);
        byPriority.values().forEach(all::addAll);
        return all;
    }

    void remove(WaitingJob<T> job) {
        Integer priority = job.parcel.spec().priority();
        LinkedHashSet<WaitingJob<T>> equals = Objects.requireNonNull(byPriority.get(priority));
        equals.remove(job);
        if (equals.isEmpty()) {
            byPriority.remove(priority);
        }
        jobs--;
        bytes -= job.bytes;
        job.line = null;
        if (job.arrived == oldest) {
            findOldest();
        }
    }

    private void findOldest() {
        boolean any = false;
        for (Map.Entry<Integer, LinkedHashSet<WaitingJob<T>>> equals : byPriority.entrySet()) {
            long arrived = equals.getValue().getFirst().arrived;
            oldest = any && oldest - arrived <= 0 ? oldest : arrived;
            any = true;
        }
    }
}
