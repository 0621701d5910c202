package dev.millrace.tools.bench;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.metrics.Statistics;
import dev.millrace.tools.progress.Progress;
import java.util.concurrent.locks.ReentrantLock;
import org.HdrHistogram.Histogram;

/**
 * One run of a trial: its number, which goes into every value so that nothing of an earlier run can pass for this one's,
 * and what it measured. Thread-safe; each caller takes a {@link Latencies} of its own.
 */
final class Run {
    private final int number;
    private final Progress progress;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Histogram nanos = new Histogram(3);

    @GuardedBy("lock")
    private Statistics otherClients = Statistics.NONE;

    Run(int number, Progress progress) {
        this.number = number;
        this.progress = progress;
    }

    /** No other run of the suite has the same. */
    int number() {
        return number;
    }

    /** A recorder for one caller; close it when the caller is done. */
    Latencies latencies() {
        return new Latencies(this);
    }

    /** Adds what a client other than the setting's counted. */
    void count(Statistics statistics) {
        lock.lock();
        try {
            otherClients = otherClients.plus(statistics);
        } finally {
            lock.unlock();
        }
    }

    Statistics otherClients() {
        lock.lock();
        try {
            return otherClients;
        } finally {
            lock.unlock();
        }
    }

    void addTo(Histogram all) {
        lock.lock();
        try {
            all.add(nanos);
        } finally {
            lock.unlock();
        }
    }

    void take(long[] samples, int count) {
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                nanos.recordValue(samples[i]);
            }
        } finally {
            lock.unlock();
        }
    }

    void advance(long operations) {
        progress.advance(operations);
    }
}
