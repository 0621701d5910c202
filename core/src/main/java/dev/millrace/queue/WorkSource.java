package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Where a {@link Worker} has its jobs from. Thread-safe. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a concurrent list
abstract sealed class WorkSource<T> permits JobQueue, PartitionedQueue {
    private final List<Runnable> arrivals = new CopyOnWriteArrayList<>();

    /** What it was made with. */
    public abstract QueueOptions<T> options();

    /** Settles jobs and claims the next ones, up to {@code next}, in the same trip. */
    abstract Settled<T> settled(List<Job<T>> acks, List<Nack<T>> nacks, int next);

    /** Extends leases; for each whether it is still the caller's. */
    public abstract List<Boolean> extend(List<Job<T>> jobs);

    /** Calls {@code arrival} whenever something was enqueued through this object; it must not block. */
    final void onArrival(Runnable arrival) {
        arrivals.add(arrival);
    }

    final void offArrival(Runnable arrival) {
        arrivals.remove(arrival);
    }

    /** Tells who waits, if one of these was taken in. */
    final void announce(List<EnqueueOutcome> outcomes) {
        if (outcomes.stream().anyMatch(outcome -> outcome != EnqueueOutcome.DUPLICATE)) {
            announce();
        }
    }

    /** Tells who waits that there is more. */
    final void announce() {
        arrivals.forEach(Runnable::run);
    }
}
