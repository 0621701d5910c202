package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where callbacks of the application run: one virtual thread per client completes the promises of asynchronous
 * calls, in the order their replies came. The reader hands over a whole read's worth at a time, so a callback that
 * blocks holds up other callbacks and nothing else.
 *
 * <p>It does not hold them up for ever: when one has not returned for {@value #PATIENCE_MILLIS} ms and others wait, a
 * second thread takes over, and the first ends when it comes back. A callback may therefore wait for another call of
 * the same client, at the price of that delay; order is kept but for the callback that is waited for.
 *
 * <p>Bounded by what is outstanding: {@link #outstanding()} counts a call from its start until its promise was kept,
 * and {@link #tryStart()} refuses calls above the limit.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a batch is shared out by its atomic index
final class Completions implements DeadlineWatch.Watched, AutoCloseable {
    static final long PATIENCE_MILLIS = 100;
    private static final Duration LAST_PATIENCE = Duration.ofMillis(2 * PATIENCE_MILLIS);
    private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

    private final long limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final AtomicLong outstanding = new AtomicLong();

    @GuardedBy("lock")
    private Call[] waiting = new Call[64];

    @GuardedBy("lock")
    private int waitingCount;

    @GuardedBy("lock")
    private @Nullable Worker worker;

    @GuardedBy("lock")
    private boolean closed;

    // Confined to the watch's thread.
    private @Nullable Worker seenWorker;
    private long seenKept;
    private long stuckSince;

    /** @param limit how many calls may be outstanding */
    Completions(long limit) {
        this.limit = limit;
    }

    /** Counts a call that is started; false, and nothing counted, when too many are unfinished. */
    boolean tryStart() {
        if (outstanding.incrementAndGet() <= limit) {
            return true;
        }
        outstanding.decrementAndGet();
        return false;
    }

    /** Asynchronous calls whose promises are not kept yet. */
    long outstanding() {
        return outstanding.get();
    }

    /** How many may be outstanding. */
    long limit() {
        return limit;
    }

    /** Hands over one call that is done. */
    void add(Call call) {
        lock.lock();
        try {
            makeRoom(1);
            waiting[waitingCount++] = call;
            wakeOrStart();
        } finally {
            lock.unlock();
        }
    }

    /** Hands over the first {@code count} calls of an array, all done; the array may be used again at once. */
    void addAll(Call[] calls, int count) {
        lock.lock();
        try {
            makeRoom(count);
            System.arraycopy(calls, 0, waiting, waitingCount, count);
            waitingCount += count;
            wakeOrStart();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void makeRoom(int count) {
        if (waiting.length - waitingCount < count) {
            waiting = Arrays.copyOf(waiting, Math.max(2 * waiting.length, waitingCount + count));
        }
    }

    @GuardedBy("lock")
    private void wakeOrStart() {
        if (worker == null) {
            worker = new Worker(new Batch());
            worker.thread.start();
        } else {
            notEmpty.signal();
        }
    }

    /** Lets another thread go on where a callback has not come back for a while. */
    @Override
    public boolean expire(long now) {
        lock.lock();
        try {
            Worker busy = worker;
            if (busy == null || (waitingCount == 0 && !busy.batch.hasMore())) {
                seenWorker = null;
                return false;
            }
            long kept = busy.batch.taken();
            if (busy != seenWorker || kept != seenKept) {
                seenWorker = busy;
                seenKept = kept;
                stuckSince = now;
            } else if (now - stuckSince >= PATIENCE_MILLIS * 1_000_000) {
                takeOver(busy);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private Worker takeOver(Worker stuck) {
        Worker successor = new Worker(stuck.batch);
        worker = successor;
        successor.thread.start();
        return successor;
    }

    @Override
    public void close() {
        close(System.nanoTime());
    }

    /**
     * Ends the thread once everything handed over so far is completed. Waits for that until the deadline, and a little
     * beyond it; a callback that has not come back by then ends its thread when it does.
     */
    void close(long deadline) {
        Worker ending;
        lock.lock();
        try {
            closed = true;
            ending = worker;
            notEmpty.signalAll();
        } finally {
            lock.unlock();
        }
        Duration patience = Duration.ofNanos(Math.max(LAST_PATIENCE.toNanos(), deadline - System.nanoTime()));
        if (ending != null && ending.thread != Thread.currentThread() && !Threads.join(ending.thread, patience)) {
            keepBehind(ending);
        }
    }

    /** A callback does not come back: what waits behind it is kept all the same. */
    private void keepBehind(Worker stuck) {
        Worker last;
        lock.lock();
        try {
            last = worker == stuck ? takeOver(stuck) : worker;
        } finally {
            lock.unlock();
        }
        if (last != null) {
            Threads.join(last.thread, LAST_PATIENCE);
        }
    }

    /** Calls in order, each for the thread that asks next. */
    private static final class Batch {
        private final AtomicInteger next = new AtomicInteger();

        // Changed under the lock by a thread that has the batch for itself.
        private Call[] calls = new Call[64];
        private int count;
        private long takenBefore;

        @Nullable
        Call take() {
            int index = next.getAndIncrement();
            return index < count ? calls[index] : null;
        }

        boolean hasMore() {
            return next.get() < count;
        }

        /** A number that grows with each call that was taken. */
        long taken() {
            return takenBefore + Math.min(next.get(), count);
        }

        /** Lets go of calls that were kept. */
        void clear() {
            Arrays.fill(calls, 0, count, null);
            takenBefore += count;
            count = 0;
            next.set(0);
        }

        /** Fills it when it is clear; answers the empty array it had. */
        Call[] refill(Call[] more, int moreCount) {
            Call[] empty = calls;
            calls = more;
            count = moreCount;
            return empty;
        }
    }

    /** One thread. It shares its first batch with the one it took over from, should that come back. */
    private final class Worker {
        private final Thread thread =
                Thread.ofVirtual().name("millrace-completions").unstarted(this::run);
        private Batch batch;
        private boolean shared = true;

        Worker(Batch batch) {
            this.batch = batch;
        }

        private void run() {
            do {
                keepBatch();
            } while (refill());
        }

        private void keepBatch() {
            int kept = 0;
            for (Call call = batch.take(); call != null; call = batch.take()) {
                try {
                    call.keepPromise();
                } catch (RuntimeException | Error e) {
                    // Stages catch what their functions throw; what arrives here is a broken stage of the
                    // application's.
                    LOG.warn("completing an asynchronous call failed: {}", e.toString());
                }
                kept++;
            }
            outstanding.addAndGet(-kept);
        }

        /** Takes what waits; false when this thread is to end. */
        private boolean refill() {
            lock.lock();
            try {
                if (worker == this && shared) {
                    batch = new Batch();
                    shared = false;
                } else if (worker == this) {
                    batch.clear();
                }
                while (worker == this && waitingCount == 0) {
                    if (closed) {
                        worker = null;
                        return false;
                    }
                    notEmpty.awaitUninterruptibly();
                }
                if (worker != this) {
                    return false;
                }
                waiting = batch.refill(waiting, waitingCount);
                waitingCount = 0;
                return true;
            } finally {
                lock.unlock();
            }
        }
    }
}
