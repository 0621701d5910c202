package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.NotSent;
import dev.millrace.command.Rejected;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a topology: when it is first asked for, then each period, and sooner when something is suspect, but never
 * twice within the gate. One virtual thread does it, so there is one look in flight whatever happens; it begins with the
 * first question and ends with {@link #close()}.
 */
@ThreadSafe
final class Discovery implements AutoCloseable {
    /** Finds out what there is. */
    @FunctionalInterface
    interface Look {
        /**
         * Looks once; must end within a few seconds.
         *
         * @return null when the topology is known now; else why not, in words that help
         */
        @Nullable
        String look() throws InterruptedException;
    }

    /** A command that was started before the topology was known. */
    private record EarlyStart(Runnable action, long deadline) {}

    /** What is known to have changed is looked at after this part of the gate. */
    private static final int URGENT = 10;

    private final String what;
    private final Look look;
    private final Refresh refresh;
    private final long patienceNanos;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition requests = lock.newCondition();

    private volatile boolean known;

    /** Known, and what was started before has been sent: from now on nobody has to wait. Never taken back. */
    private volatile boolean open;

    private volatile long looks;

    @GuardedBy("lock")
    private @Nullable Thread thread;

    @GuardedBy("lock")
    private @Nullable Thread starter;

    @GuardedBy("lock")
    private final ArrayDeque<EarlyStart> early = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean requested;

    @GuardedBy("lock")
    private boolean urgent;

    @GuardedBy("lock")
    private @Nullable String failure;

    @GuardedBy("lock")
    private long failingSince;

    @GuardedBy("lock")
    private boolean closing;

    @GuardedBy("lock")
    private boolean closed;

    /**
     * A discovery that has not begun.
     *
     * @param what what is looked for, for messages
     * @param patience how long looks may fail before callers are told at once
     * @param most how many started commands may wait for the first look
     */
    Discovery(String what, Look look, Refresh refresh, Duration patience, int most) {
        this.what = what;
        this.look = look;
        this.refresh = refresh;
        this.patienceNanos = patience.toNanos();
        this.most = most;
    }

    /** Whether a look has succeeded. */
    boolean isKnown() {
        return known;
    }

    /** Whether {@link #await} would return at once, whoever calls it. */
    boolean isOpen() {
        return open;
    }

    /** How many looks there were. */
    long looks() {
        return looks;
    }

    /** Asks for a look as soon as the gate allows it; returns at once. */
    void request() {
        lock.lock();
        try {
            requested = true;
            begin();
            requests.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #request()}, where it is known that another look will find something else: it waits for a tenth of the
     * gate only. For what servers say rarely, not for what any number of calls may find out.
     */
    void requestAtOnce() {
        lock.lock();
        try {
            urgent = true;
            request();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the first look that succeeds, and until what was started before has been sent: a caller's blocking
     * command must not overtake those that it started.
     *
     * @throws MillraceException if there is none by the deadline
     */
    void await(long deadline) {
        if (open) {
            return;
        }
        lock.lock();
        try {
            if (closing && Thread.currentThread() != starter) {
                throw isClosed().raised();
            }
            begin();
            while (!open && !(known && Thread.currentThread() == starter)) {
                if (closed) {
                    throw isClosed().raised();
                }
                String failed = failure;
                if (failed != null && System.nanoTime() - failingSince >= patienceNanos) {
                    throw NotSent.unreachable("nothing was sent: " + what + " was not found: " + failed, null)
                            .raised();
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new NotSent("nothing was sent: " + what + " was not found by the deadline"
                                    + (failed == null ? "" : ": " + failed))
                            .raised();
                }
                long unused = changed.awaitNanos(failed == null ? left : Math.min(left, patienceNanos));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotSent(
                            "nothing was sent: the calling thread was interrupted while " + what + " was looked for", e)
                    .raised();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs what needs the topology once it is known, or once its deadline has passed; one after the other, in the order
     * given, on a thread of its own.
     *
     * @return false, and nothing is run, when the topology is known and everything before was run
     */
    boolean whenKnown(Runnable action, long deadline) {
        if (open) {
            return false;
        }
        lock.lock();
        try {
            if (open) {
                return false;
            }
            if (closing) {
                throw isClosed().raised();
            }
            if (early.size() >= most) {
                throw new Rejected("nothing was sent: " + early.size() + " started commands wait until " + what
                                + " is found (the limit)")
                        .raised();
            }
            early.add(new EarlyStart(action, deadline));
            begin();
            if (starter == null) {
                starter = Thread.ofVirtual().name("millrace-early-starts").start(this::startEarly);
            } else {
                changed.signalAll(); // its deadline may be the first
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static Rejected isClosed() {
        return new Rejected("nothing was sent: the client is closed");
    }

    private void startEarly() {
        for (EarlyStart next = nextEarly(); next != null; next = nextEarly()) {
            next.action().run();
        }
    }

    private @Nullable EarlyStart nextEarly() {
        lock.lock();
        try {
            while (true) {
                if (early.isEmpty()) {
                    starter = null;
                    openWhenReady();
                    changed.signalAll();
                    return null;
                }
                if (known || closed || failure != null && System.nanoTime() - failingSince >= patienceNanos) {
                    return early.remove();
                }
                long now = System.nanoTime();
                long left = failure == null ? Long.MAX_VALUE : patienceNanos - (now - failingSince);
                for (Iterator<EarlyStart> each = early.iterator(); each.hasNext(); ) {
                    EarlyStart start = each.next();
                    if (start.deadline() - now <= 0) {
                        each.remove();
                        return start;
                    }
                    left = Math.min(left, start.deadline() - now);
                }
                long unused = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Nobody has this thread to interrupt it; should somebody all the same, the next is told earlier.
            return early.poll();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void openWhenReady() {
        if (known && early.isEmpty() && starter == null) {
            open = true;
            changed.signalAll();
        }
    }

    @GuardedBy("lock")
    private void begin() {
        if (thread == null && !closed) {
            requested = true;
            thread = Thread.ofVirtual().name("millrace-topology").start(this::run);
        }
    }

    private void run() {
        try {
            while (true) {
                long began = System.nanoTime();
                took(failureOfLook());
                if (!waitForNext(began)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // close() interrupts a look that is under way
        }
    }

    private @Nullable String failureOfLook() throws InterruptedException {
        lock.lock();
        try {
            requested = false;
            urgent = false;
        } finally {
            lock.unlock();
        }
        try {
            return look.look();
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void took(@Nullable String failed) {
        lock.lock();
        try {
            looks++;
            if (failed != null && failure == null) {
                failingSince = System.nanoTime();
            }
            failure = failed;
            known |= failed == null;
            openWhenReady();
            requested |= failed != null; // until one succeeds, each gate
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the gate, then for a request or the period; false when this was closed. */
    private boolean waitForNext(long began) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                long since = System.nanoTime() - began;
                long wait = (requested ? refresh.gate() : refresh.period()).toNanos();
                long left = (urgent ? wait / URGENT : wait) - since;
                if (left <= 0) {
                    return true;
                }
                long unused = requests.awaitNanos(left);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /**
     * Takes nothing more; what was started gets so long to be sent. Then ends a look that is under way, and fails what
     * still waits for the first one.
     */
    void close(Duration patience) {
        Thread looking;
        Thread starting;
        lock.lock();
        try {
            closing = true;
            awaitStarted(patience.toNanos());
            closed = true;
            looking = thread;
            starting = starter;
            changed.signalAll();
            requests.signalAll();
        } finally {
            lock.unlock();
        }
        if (looking != null && looking != Thread.currentThread()) {
            looking.interrupt();
            join(looking);
        }
        if (starting != null && starting != Thread.currentThread()) {
            join(starting);
        }
    }

    @GuardedBy("lock")
    private void awaitStarted(long nanos) {
        long left = nanos;
        try {
            while (starter != null && starter != Thread.currentThread() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            boolean unused = thread.join(Duration.ofNanos(TimeUnit.SECONDS.toNanos(5)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
