package dev.millrace.promises;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures by how much this machine is late by itself: a thread that asks to be woken every millisecond and notes how
 * long it really took. A deadline can't be kept better than that, so it is what a test of deadlines may forgive.
 */
final class Hiccups implements AutoCloseable {
    private static final long PAUSE_NANOS = 1_000_000;

    private final AtomicLong longest = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("hiccups").unstarted(this::run);
    private volatile boolean closed;

    Hiccups() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            long before = System.nanoTime();
            LockSupport.parkNanos(PAUSE_NANOS);
            longest.accumulateAndGet(System.nanoTime() - before - PAUSE_NANOS, Math::max);
        }
    }

    /** The longest delay so far, in milliseconds. */
    long longestMillis() {
        return longest.get() / 1_000_000;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        Joined.within(java.time.Duration.ofSeconds(10), thread);
    }
}
