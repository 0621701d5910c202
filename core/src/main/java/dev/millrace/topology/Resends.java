package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Started commands that wait for their next try; those that wait equally long in the order they failed. One virtual
 * thread, which lives while there is something to wait for, sends them again one after the other: two commands that
 * were lost together keep their order.
 */
@ThreadSafe
final class Resends implements AutoCloseable {
    private record Waiting(Runnable resend, long due, long place) {}

    private static final Comparator<Waiting> FIRST_DUE = (one, other) ->
            one.due() != other.due() ? Long.signum(one.due() - other.due()) : Long.compare(one.place(), other.place());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(FIRST_DUE);

    @GuardedBy("lock")
    private long places;

    @GuardedBy("lock")
    private @Nullable Thread thread;

    @GuardedBy("lock")
    private boolean closed;

    /** Runs {@code resend} after the pause; false, and nothing happens, when this is closed. */
    boolean later(Runnable resend, long pauseNanos) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            waiting.add(new Waiting(resend, System.nanoTime() + pauseNanos, places++));
            changed.signalAll(); // it may be the first
            if (thread == null) {
                thread = Thread.ofVirtual().name("millrace-resends").start(this::run);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (Waiting next = next(); next != null; next = next()) {
            next.resend().run();
        }
    }

    /** Waits until the oldest is due, or all of them are because this was closed; null when none is left. */
    private @Nullable Waiting next() {
        lock.lock();
        try {
            while (true) {
                Waiting oldest = waiting.peek();
                if (oldest == null) {
                    thread = null;
                    return null;
                }
                long left = oldest.due() - System.nanoTime();
                if (left <= 0 || closed) {
                    return waiting.remove();
                }
                changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Nobody has this thread to interrupt it; should somebody all the same, the next try comes early.
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Sends what waits at once, for whatever becomes of it then; later failures are final. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
