package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Where blocking callers wait while the queue is full. The writer signals after each take; it pays one volatile read
 * for that while nobody waits.
 */
@ThreadSafe
final class Room {
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition changed = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Waits until {@code full} answers false.
     *
     * @return false when the deadline passed or the thread was interrupted (the flag stays set) before there was room
     */
    boolean await(BooleanSupplier full, long deadline) {
        waiting.incrementAndGet();
        lock.lock();
        try {
            while (full.getAsBoolean()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
            waiting.decrementAndGet();
        }
    }

    /** Lets those who wait look again. */
    void signal() {
        if (waiting.get() > 0) {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
