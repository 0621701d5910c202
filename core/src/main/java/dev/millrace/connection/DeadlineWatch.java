package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every deadline of a client with one thread: it looks at what is outstanding every {@value #TICK_MILLIS} ms, and
 * sleeps while nothing is, but for a look every {@value #REST_MILLIS} ms at what has been idle too long. A timer per
 * call would cost more than the call; a virtual thread that parks with a timeout arms one. A deadline is therefore kept
 * to within a tick, late and never early.
 *
 * <p>Nothing that is watched may block this thread or end it: what an item throws is logged, and the others go on.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the mutable parts are volatile or concurrent
final class DeadlineWatch implements AutoCloseable {
    static final long TICK_MILLIS = 5;
    static final long REST_MILLIS = 1_000;
    private static final int QUIET_TICKS = 200;
    private static final Logger LOG = LoggerFactory.getLogger(DeadlineWatch.class);

    /** Something with deadlines. */
    interface Watched {
        /**
         * Ends what is past its deadline.
         *
         * @param now {@link System#nanoTime()}
         * @return whether anything is still outstanding
         */
        boolean expire(long now);
    }

    private final List<Watched> watched = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private final SleepFlag sleep = new SleepFlag();
    private final int quietTicks;
    private volatile boolean closed;
    private boolean failing; // confined to the thread

    DeadlineWatch() {
        this(QUIET_TICKS);
    }

    /** A watch that falls asleep after so many ticks without anything outstanding. */
    DeadlineWatch(int quietTicks) {
        this.quietTicks = quietTicks;
        this.thread = Thread.ofPlatform().daemon().name("millrace-deadlines").unstarted(this::run);
        this.thread.start();
    }

    void add(Watched item) {
        watched.add(item);
        wake();
    }

    void remove(Watched item) {
        watched.remove(item);
    }

    /** Must be called after something with a deadline was begun; costs a volatile read while the watch is awake. */
    void wake() {
        if (sleep.wake()) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        int quiet = 0;
        while (!closed) {
            quiet = expire() ? 0 : quiet + 1;
            if (quiet < quietTicks) {
                LockSupport.parkNanos(TICK_MILLIS * 1_000_000);
            } else {
                sleep();
                quiet = 0;
            }
        }
    }

    private void sleep() {
        if (sleep.fallAsleep(this::expire)) {
            while (sleep.isAsleep() && !closed) {
                LockSupport.parkNanos(REST_MILLIS * 1_000_000);
                if (expire()) {
                    sleep.wake();
                }
            }
        }
    }

    private boolean expire() {
        long now = System.nanoTime();
        boolean outstanding = false;
        boolean failed = false;
        for (Watched item : watched) {
            try {
                outstanding |= item.expire(now);
            } catch (RuntimeException | Error e) {
                if (!failing) {
                    LOG.warn("a deadline could not be kept; it is tried again each tick: {}", e.toString());
                }
                failed = true;
            }
        }
        failing = failed;
        return outstanding || failed;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        Threads.join(thread);
    }
}
