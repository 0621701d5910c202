package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
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
 * <p>Bounded by what is outstanding: {@link #outstanding()} counts a call from its start until its promise was kept, and
 * the connection refuses calls above its limit.
 */
@ThreadSafe
final class Completions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final AtomicLong outstanding = new AtomicLong();

    @GuardedBy("lock")
    private ArrayDeque<Call> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private @Nullable Thread thread;

    @GuardedBy("lock")
    private boolean closed;

    /** Counts a call that was started; its completion is counted here too. */
    void started() {
        outstanding.incrementAndGet();
    }

    /** Takes back {@link #started()} for a call that was refused before it was queued. */
    void refused() {
        outstanding.decrementAndGet();
    }

    /** Asynchronous calls whose promises are not kept yet. */
    long outstanding() {
        return outstanding.get();
    }

    /** Hands over one call that is done. */
    void add(Call call) {
        lock.lock();
        try {
            waiting.add(call);
            wakeOrStart();
        } finally {
            lock.unlock();
        }
    }

    /** Hands over the first {@code count} calls of an array, all done; the array may be used again at once. */
    void addAll(Call[] calls, int count) {
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                waiting.add(calls[i]);
            }
            wakeOrStart();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void wakeOrStart() {
        if (thread == null) {
            thread = Thread.ofVirtual().name("millrace-completions").start(this::run);
        }
        notEmpty.signal();
    }

    private void run() {
        ArrayDeque<Call> batch = new ArrayDeque<>();
        while (true) {
            lock.lock();
            try {
                while (waiting.isEmpty()) {
                    if (closed) {
                        return;
                    }
                    notEmpty.awaitUninterruptibly();
                }
                ArrayDeque<Call> full = waiting;
                waiting = batch;
                batch = full;
            } finally {
                lock.unlock();
            }
            keep(batch);
        }
    }

    private void keep(ArrayDeque<Call> batch) {
        int kept = batch.size();
        for (Call call = batch.poll(); call != null; call = batch.poll()) {
            try {
                call.keepPromise();
            } catch (RuntimeException | Error e) {
                // Stages catch what their functions throw; what arrives here is a broken stage of the application's.
                LOG.warn("completing an asynchronous call failed: {}", e.toString());
            }
        }
        outstanding.addAndGet(-kept);
    }

    /** Ends the thread once everything handed over so far is completed; waits for that, but not for ever. */
    @Override
    public void close() {
        Thread ending;
        lock.lock();
        try {
            closed = true;
            ending = thread;
            notEmpty.signalAll();
        } finally {
            lock.unlock();
        }
        if (ending != null && ending != Thread.currentThread()) {
            Threads.join(ending);
        }
    }
}
