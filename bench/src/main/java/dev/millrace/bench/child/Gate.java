package dev.millrace.bench.child;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Releases all callers of a run at the same moment and ends them together.
 *
 * <p>A caller that has ended stays until it is dismissed: the JVM counts what a thread allocated twice while the thread
 * exits, so none may exit while the meters are read.
 *
 * <p>Thread-safe.
 */
final class Gate {
    private final CountDownLatch ready;
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch ended;
    private final CountDownLatch dismissed = new CountDownLatch(1);
    private volatile boolean closed;

    Gate(int callers) {
        ready = new CountDownLatch(callers);
        ended = new CountDownLatch(callers);
    }

    /** A caller is there and waits for the others. */
    void enter() throws InterruptedException {
        ready.countDown();
        release.await();
    }

    /** Whether callers should end. One volatile read. */
    boolean isClosed() {
        return closed;
    }

    /** A caller has ended; it is kept here until all are dismissed. */
    void leave() {
        ended.countDown();
        try {
            dismissed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the callers that have ended go. */
    void dismiss() {
        dismissed.countDown();
    }

    /** Waits until every caller has entered. */
    void awaitAll() throws InterruptedException {
        ready.await();
    }

    /** Lets the callers go. */
    void open() {
        release.countDown();
    }

    /** Tells the callers to end. */
    void close() {
        closed = true;
    }

    /** Waits for all callers to end; false if they did not in time. */
    boolean awaitEnd(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }
}
