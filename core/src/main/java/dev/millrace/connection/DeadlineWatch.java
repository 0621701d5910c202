package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps every deadline of a client with one thread: it looks at what is outstanding every {@value #TICK_MILLIS} ms, and
 * sleeps while nothing is. A timer per call would cost more than the call; a virtual thread that parks with a timeout
 * arms one. A deadline is therefore kept to within a tick, late and never early.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the mutable parts are volatile or concurrent
final class DeadlineWatch implements AutoCloseable {
    static final long TICK_MILLIS = 5;
    private static final int QUIET_TICKS = 200;

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
    private volatile boolean asleep;
    private volatile boolean closed;

    DeadlineWatch() {
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
        if (asleep) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    /** Closes {@code transport} at the deadline unless the guard is released before. */
    Guard guard(Transport transport, long deadline) {
        Guard guard = new Guard(transport, deadline);
        add(guard);
        return guard;
    }

    private void run() {
        int quiet = 0;
        while (!closed) {
            boolean outstanding = expire();
            quiet = outstanding ? 0 : quiet + 1;
            if (quiet < QUIET_TICKS) {
                LockSupport.parkNanos(TICK_MILLIS * 1_000_000);
                continue;
            }
            asleep = true;
            // Whoever begins something after this sees the flag; whoever began before is seen here.
            if (!expire() && !closed) {
                while (asleep && !closed) {
                    LockSupport.park(this);
                }
            }
            asleep = false;
            quiet = 0;
        }
    }

    private boolean expire() {
        long now = System.nanoTime();
        boolean outstanding = false;
        for (Watched item : watched) {
            outstanding |= item.expire(now);
        }
        return outstanding;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        Threads.join(thread);
    }

    /** One deadline for one socket. */
    final class Guard implements Watched {
        private static final int ARMED = 0;
        private static final int RELEASED = 1;
        private static final int FIRED = 2;

        private final Transport transport;
        private final long deadline;
        private final AtomicInteger state = new AtomicInteger(ARMED);

        private Guard(Transport transport, long deadline) {
            this.transport = transport;
            this.deadline = deadline;
        }

        @Override
        public boolean expire(long now) {
            if (now - deadline >= 0 && state.compareAndSet(ARMED, FIRED)) {
                transport.close();
            }
            return state.get() == ARMED;
        }

        /** Ends the guard; false when the deadline came first and the socket is closed. */
        boolean release() {
            remove(this);
            return state.compareAndSet(ARMED, RELEASED) || state.get() == RELEASED;
        }
    }
}
