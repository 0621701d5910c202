package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One read of a key that is under way, led by the thread that made it; others that want the same join it. A change of
 * the key marks it: what it brings is handed to those who had joined by then, and not kept.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the flags are volatile, the future is thread-safe
final class Flight<V> {
    /**
     * How a flight ended.
     *
     * @param value what was read or loaded; null for nothing
     * @param failure what it failed with, or null
     * @param again whether its leader was hindered (interrupted, out of time) and whoever waits may lead one itself
     */
    record Landing<V>(@Nullable V value, @Nullable RuntimeException failure, boolean again) {
        static <V> Landing<V> of(@Nullable V value) {
            return new Landing<>(value, null, false);
        }

        static <V> Landing<V> failed(RuntimeException failure) {
            return new Landing<>(null, failure, false);
        }

        static <V> Landing<V> hindered(RuntimeException failure) {
            return new Landing<>(null, failure, true);
        }
    }

    private final boolean loading;
    private final long joinableFor;
    private final long began = System.nanoTime();
    private final CompletableFuture<Landing<V>> landing = new CompletableFuture<>();
    private final Thread leader = Thread.currentThread();
    private volatile boolean marked;
    private volatile boolean leaderWaits;
    private volatile boolean loadBegan;

    /** One that can be joined until it ends. */
    Flight(boolean loading) {
        this(loading, Long.MAX_VALUE);
    }

    /**
     * One that can be joined while its answer is no older than whoever joins may be given.
     *
     * @param loading whether its leader asks a loader where the server has nothing
     * @param joinableFor how old that is, in nanoseconds
     */
    Flight(boolean loading, long joinableFor) {
        this.loading = loading;
        this.joinableFor = joinableFor;
    }

    boolean isLoading() {
        return loading;
    }

    /**
     * Whether who comes now may be given what it brings: the server may have answered as soon as it was asked, and the
     * answer, with all that has changed since, be on its way for as long as the network, or a pause, takes.
     */
    boolean isJoinable(long now) {
        return loadBegan || now - began < joinableFor;
    }

    /** From now on it brings what a loader finds, and whoever comes waits for that. */
    void beginLoad() {
        loadBegan = true;
    }

    /** The key has changed, or nobody would hear if it did. */
    void mark() {
        marked = true;
        if (leaderWaits) {
            LockSupport.unpark(leader);
        }
    }

    boolean isMarked() {
        return marked;
    }

    /** Whether the calling thread leads it: if it waited it would wait for itself. */
    boolean isLedByCaller() {
        return leader == Thread.currentThread();
    }

    /** The leader waits until the flight is marked, the time has come or the thread is interrupted. */
    void awaitMark(long until) {
        leaderWaits = true;
        try {
            while (!marked && !leader.isInterrupted()) {
                long left = until - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            leaderWaits = false;
        }
    }

    void land(Landing<V> how) {
        landing.complete(how);
    }

    /**
     * Waits for the leader.
     *
     * @return null when the time is over first
     * @throws InterruptedException if the calling thread is interrupted
     */
    @Nullable
    Landing<V> await(long deadline) throws InterruptedException {
        try {
            return landing.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a flight is never completed with an exception", e);
        }
    }
}
