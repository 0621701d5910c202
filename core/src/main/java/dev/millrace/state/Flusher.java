package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.resilience.Reconnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes behind what was changed in memory: gathers for an interval, writes all of it in few trips, and when that fails waits a
 * little longer each time. One virtual thread.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Flusher<A> {
    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Reconnection PAUSES =
            new Reconnection(Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ZERO);

    private final State<A> state;
    private final Writer<A> writer;
    private final long intervalNanos;
    private final long timeoutNanos;
    private final int early;
    private final int most;
    private final DirtyRecords<StateRecord<A>> dirty = new DirtyRecords<>();

    /** How many records have something unwritten, whether they wait or are being written. */
    private final AtomicInteger unwritten = new AtomicInteger();

    /** Whether there are as many as there may be. */
    private volatile boolean full;

    private volatile boolean hurry;

    /** Whether the thread looks at what waits before it sleeps. */
    private volatile boolean awake;

    private volatile boolean closing;

    /** Held by who makes a round. */
    private final ReentrantLock turn = new ReentrantLock();

    private final Thread thread;
    private int failures;

    Flusher(State<A> state, Writer<A> writer, Duration timeout) {
        this.state = state;
        this.writer = writer;
        this.intervalNanos = state.options().flushInterval().toNanos();
        this.timeoutNanos = timeout.toNanos();
        this.early = state.options().flushEarly();
        this.most = state.options().mostUnwritten();
        this.thread = Thread.ofVirtual().name("millrace-state-flusher").unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    boolean isFull() {
        return full;
    }

    int unwritten() {
        return unwritten.get();
    }

    /** A record has something to be written. */
    void add(StateRecord<A> record) {
        count(record);
        if (!dirty.add(record)) {
            return;
        }
        if (!awake) {
            awake = true;
            LockSupport.unpark(thread);
        }
    }

    private void count(StateRecord<A> record) {
        if (record.becomesUnwritten(System.nanoTime())) {
            int now = unwritten.incrementAndGet();
            if (now >= most) {
                full = true;
            }
            if (now == early) {
                hurry = true;
                LockSupport.unpark(thread);
            }
        }
    }

    /** What a record had to be written has been, unless it was changed again. */
    void written(StateRecord<A> record) {
        if (record.isUnwritten()) {
            return;
        }
        if (record.becomesWritten() && unwritten.decrementAndGet() < most) {
            full = false;
        }
        if (record.isUnwritten()) {
            count(record); // changed since it was looked at, and not counted for that it was counted still
        }
    }

    private void work() {
        while (!closing) {
            try {
                awake = false;
                if (dirty.isEmpty()) {
                    LockSupport.parkNanos(this, IDLE_NANOS);
                } else {
                    awake = true;
                    gather(intervalNanos, true);
                    MillraceException failure = round(timeoutNanos);
                    if (failure != null) {
                        pause(failure);
                    } else {
                        failures = 0;
                    }
                }
            } catch (RuntimeException e) {
                LOG.error(
                        "state {}: writing behind failed, and goes on",
                        state.options().name(),
                        e);
                gather(IDLE_NANOS, false);
            }
            boolean unused = Thread.interrupted();
        }
    }

    private void gather(long nanos, boolean unlessInHurry) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !closing && !(unlessInHurry && hurry); left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
        hurry = false;
    }

    private void pause(MillraceException failure) {
        if (++failures == 1) {
            LOG.warn(
                    "state {}: changes could not be written; they are kept and tried again: {}",
                    state.options().name(),
                    failure.toString());
        }
        gather(PAUSES.wait(failures, ThreadLocalRandom.current()).toNanos(), false);
    }

    /** Writes all that waits; answers what one of the writes failed with, or null. */
    private @Nullable MillraceException round(long withinNanos) {
        turn.lock();
        try {
            List<StateRecord<A>> records = new ArrayList<>();
            dirty.drain(records::add);
            return records.isEmpty() ? null : writer.flush(records, withinNanos);
        } finally {
            turn.unlock();
        }
    }

    /**
     * Writes all that is unwritten now, and waits for it.
     *
     * @return whether it is all written
     */
    boolean flush(long withinNanos) {
        long deadline = System.nanoTime() + withinNanos;
        while (true) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return unwritten() == 0;
            }
            try {
                if (!turn.tryLock(left, TimeUnit.NANOSECONDS)) {
                    return false;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            MillraceException failure;
            try {
                failure = round(Math.min(timeoutNanos, Math.max(1, deadline - System.nanoTime())));
            } finally {
                turn.unlock();
            }
            if (unwritten() == 0) {
                return true;
            }
            // What a caller is writing at this moment, what failed, and what was changed meanwhile.
            LockSupport.parkNanos(this, failure == null ? 100_000 : 10_000_000);
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
        }
    }

    /** Ends the thread; what is unwritten stays. */
    void close() {
        closing = true;
        LockSupport.unpark(thread);
    }

    Thread thread() {
        return thread;
    }
}
