package dev.millrace.tools.bench;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Does something at a fixed rate beside what is measured, on a thread of its own, from {@link #start} until it is closed.
 * Where it falls behind it catches up.
 */
final class Writer implements AutoCloseable {
    private static final double NANOS = 1e9;

    private final Thread thread;
    private final long started = System.nanoTime();
    private volatile boolean stopping;
    private volatile long turns;
    private volatile long endedAfter;
    private volatile @Nullable RuntimeException failure;

    private Writer(double perSecond, Runnable turn) {
        this.thread = Thread.ofPlatform().daemon().name("bench-writer").unstarted(() -> write(perSecond, turn));
    }

    /** Begins to take so many turns a second. */
    static Writer start(double perSecond, Runnable turn) {
        Writer writer = new Writer(perSecond, turn);
        writer.thread.start();
        return writer;
    }

    private void write(double perSecond, Runnable turn) {
        try {
            for (long done = 0; !stopping; done++) {
                long due = started + (long) (done * NANOS / perSecond);
                long early = due - System.nanoTime();
                while (early > 0 && !stopping) {
                    LockSupport.parkNanos(early);
                    early = due - System.nanoTime();
                }
                turn.run();
                turns = done + 1;
            }
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            endedAfter = System.nanoTime() - started;
        }
    }

    /** Turns a second, from the beginning to the end. */
    double rate() {
        return turns * NANOS / endedAfter;
    }

    /**
     * Ends it after its turn.
     *
     * @throws RuntimeException what a turn threw
     */
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
    }
}
