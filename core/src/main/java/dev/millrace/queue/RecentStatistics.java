package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.MillraceException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbers of a queue, read at most once per interval, whoever asks. Thread-safe: who finds the interval over reads,
 * others have what was read before meanwhile.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its suppliers are
final class RecentStatistics {
    private static final Logger LOG = LoggerFactory.getLogger(RecentStatistics.class);

    private final Supplier<QueueStatistics> source;
    private final long intervalNanos;
    private final LongSupplier nanoClock;
    private final ReentrantLock reading = new ReentrantLock();

    @GuardedBy("reading")
    private long nextRead;

    private volatile @Nullable QueueStatistics last;
    private volatile boolean failed;

    RecentStatistics(Supplier<QueueStatistics> source, Duration interval, LongSupplier nanoClock) {
        this.source = source;
        this.intervalNanos = interval.toNanos();
        this.nanoClock = nanoClock;
        this.nextRead = nanoClock.getAsLong();
    }

    /** What is now; NaN while the server can't be asked. */
    double gauge(ToDoubleFunction<QueueStatistics> value) {
        QueueStatistics now = read();
        return now == null || failed ? Double.NaN : value.applyAsDouble(now);
    }

    /** What has happened, as it was last known; 0 before anything is. */
    double counter(ToDoubleFunction<QueueStatistics.Counters> value) {
        QueueStatistics now = read();
        return now == null ? 0 : value.applyAsDouble(now.counters());
    }

    private @Nullable QueueStatistics read() {
        if (reading.tryLock()) {
            try {
                if (nextRead - nanoClock.getAsLong() <= 0) {
                    readNow();
                }
            } finally {
                reading.unlock();
            }
        }
        return last;
    }

    @GuardedBy("reading")
    private void readNow() {
        try {
            last = source.get();
            failed = false;
        } catch (MillraceException unanswered) {
            if (!failed) {
                LOG.warn("the numbers of a queue can't be read for its meters: {}", unanswered.toString());
            }
            failed = true;
        }
        // From the end on: a read that takes as long as the interval must not follow itself.
        nextRead = nanoClock.getAsLong() + intervalNanos;
    }
}
