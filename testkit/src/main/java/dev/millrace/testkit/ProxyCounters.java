package dev.millrace.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What a proxy has counted. Thread-safe: connections under a lock, because they are waited for; traffic in adders,
 * because it is counted on the fast path.
 */
final class ProxyCounters {

    final LongAdder bytesToServer = new LongAdder();
    final LongAdder bytesToClient = new LongAdder();
    final LongAdder repliesPassed = new LongAdder();
    final LongAdder requestWrites = new LongAdder();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private long accepted;

    @GuardedBy("lock")
    private int open;

    void addBytes(Direction direction, long bytes) {
        (direction == Direction.TO_SERVER ? bytesToServer : bytesToClient).add(bytes);
    }

    void opened() {
        lock.lock();
        try {
            accepted++;
            open++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void closed() {
        lock.lock();
        try {
            open--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long accepted() {
        lock.lock();
        try {
            return accepted;
        } finally {
            lock.unlock();
        }
    }

    int open() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the condition, asked whenever a connection opens or closes, holds. */
    void await(Duration deadline, BooleanSupplier condition, String wanted) {
        long left = deadline.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new AssertionError("not within %d ms: %s (open %d, accepted %d)"
                            .formatted(deadline.toMillis(), wanted, open, accepted));
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting: " + wanted, interrupted);
        } finally {
            lock.unlock();
        }
    }
}
