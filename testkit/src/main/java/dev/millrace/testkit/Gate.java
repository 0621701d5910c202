package dev.millrace.testkit;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The barriers of a proxy that can be let down and lifted while traffic runs.
 *
 * <p>Thread-safe. Asking whether a barrier is down is one volatile read; waiting for it to be lifted is signalled.
 */
final class Gate {

    /** What a barrier stops; the bits combine. */
    static final int ACCEPTING = 1;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Written under the lock, so that no waiter misses a change. */
    private volatile int down;

    static int reading(Direction direction) {
        return direction == Direction.TO_SERVER ? 2 : 4;
    }

    static int delivering(Direction direction) {
        return direction == Direction.TO_SERVER ? 8 : 16;
    }

    boolean isDown(int barrier) {
        return (down & barrier) != 0;
    }

    void letDown(int barriers) {
        lock.lock();
        try {
            down |= barriers;
        } finally {
            lock.unlock();
        }
    }

    void lift(int barriers) {
        lock.lock();
        try {
            down &= ~barriers;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the barrier is up or the waiter has nothing to wait for any more; {@link #wake} makes it look. */
    void await(int barrier, BooleanSupplier abandoned) throws InterruptedException {
        if (!isDown(barrier)) {
            return;
        }
        lock.lockInterruptibly();
        try {
            while (isDown(barrier) && !abandoned.getAsBoolean()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
