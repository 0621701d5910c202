package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How many jobs waited when the server last said so; every enqueue and every look at the statistics does. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its clock is
final class WaitingCount {
    /** An answer that is older than this says nothing any more. */
    static final Duration BELIEVED = Duration.ofSeconds(1);

    private record Answer(long jobs, long at) {}

    private final LongSupplier clock;
    private volatile @Nullable Answer last;

    /** @param clock in ns */
    WaitingCount(LongSupplier clock) {
        this.clock = clock;
    }

    void answered(long jobs) {
        last = new Answer(jobs, clock.getAsLong());
    }

    /** The number; -1 if it is not known, or was longer ago than {@link #BELIEVED}. */
    long known() {
        Answer answer = last;
        return answer == null || clock.getAsLong() - answer.at > BELIEVED.toNanos() ? -1 : answer.jobs;
    }
}
