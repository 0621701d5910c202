package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.command.MillraceException;
import dev.millrace.resilience.Reconnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes hashes behind those who change them, who never wait and are never refused because Redis is slow.
 *
 * <p><b>The line.</b> What is unsaved of a hash is one {@link Unsaved}, to which later changes are added; hashes wait in the order in
 * which they first changed. One thread takes up to {@value #TOGETHER} of them, writes them in one trip, and takes the next. A lone
 * change leaves at once; what comes during a trip gathers and leaves with the next. So there is one call under way, however many
 * players leave at once, and of one hash never two, which keeps its changes in order.
 *
 * <p><b>Failures.</b> Each command has an outcome of its own ({@link WriteOutcome}). What was not written goes behind the others in the
 * line, with what has come meanwhile added to it. After a trip that brought nothing forward the next waits, by full jitter up to 1 s.
 * What will be refused for ever is dropped, and counted.
 *
 * <p><b>Bound.</b> So many hashes have something unsaved at the most; a change of one more is dropped, and counted.
 *
 * <p>Thread-safe: everything but the trip itself happens under the lock.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are, or are under the lock
final class ProfileWriter {
    /** Hashes in one trip. */
    static final int TOGETHER = 512;

    private static final int MOST = 100_000;
    private static final long TO_END_MILLIS = 1_000;
    private static final Reconnection PAUSES =
            new Reconnection(Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ZERO);
    private static final Logger LOG = LoggerFactory.getLogger(ProfileWriter.class);

    /** A hash with something unsaved; of the lock. It is on the map from its first change until nothing is left to write. */
    private static final class Entry {
        private final String key;
        private @Nullable Unsaved waiting;
        private @Nullable Unsaved underWay;
        private boolean isInLine;

        /** Changes that came; that the trip has; that are done with. */
        private long changes;

        private long sent;
        private long settled;

        /** For those who wait until a change is done with; null for nobody. */
        private @Nullable Condition settling;

        private Entry(String key) {
            this.key = key;
        }
    }

    /** An entry with what a trip has of it. */
    private record Taken(Entry entry, Unsaved change) {}

    private final Millrace redis;
    private final int most;
    private final AtomicLong failed = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition coming = lock.newCondition();
    private final Condition closed = lock.newCondition();
    private final Thread thread = Thread.ofVirtual().name("millrace-game-saver").unstarted(this::work);

    @GuardedBy("lock")
    private final Map<String, Entry> entries = new HashMap<>();

    @GuardedBy("lock")
    private final ArrayDeque<Entry> line = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean closing;

    /** In System.nanoTime; says nothing unless it closes. */
    @GuardedBy("lock")
    private long closesAt;

    @GuardedBy("lock")
    private boolean hasEnded;

    private ProfileWriter(Millrace redis, int most) {
        this.redis = redis;
        this.most = most;
    }

    static ProfileWriter start(Millrace redis) {
        return start(redis, MOST);
    }

    /** @param most hashes with something unsaved */
    static ProfileWriter start(Millrace redis, int most) {
        ProfileWriter writer = new ProfileWriter(redis, most);
        writer.thread.start();
        return writer;
    }

    // ---- what comes ----

    /** Takes a change over, to be written soon. */
    void write(String key, Unsaved change) {
        lock.lock();
        try {
            Entry entry = entries.get(key);
            if (entry == null) {
                if (hasEnded || entries.size() >= most) {
                    failed.incrementAndGet();
                    return;
                }
                entry = new Entry(key);
                entries.put(key, entry);
            }
            entry.changes++;
            entry.waiting = entry.waiting == null ? change : entry.waiting.then(change);
            enqueue(entry);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void enqueue(Entry entry) {
        if (!entry.isInLine) {
            entry.isInLine = true;
            line.add(entry);
            coming.signal();
        }
    }

    // ---- what is not written yet ----

    /** What is not known to be written of a hash, be it under way; null for nothing. */
    @Nullable
    Unsaved unsaved(String key) {
        lock.lock();
        try {
            Entry entry = entries.get(key);
            if (entry == null) {
                return null;
            }
            Unsaved underWay = entry.underWay;
            Unsaved waiting = entry.waiting;
            return underWay == null ? waiting : waiting == null ? underWay : underWay.then(waiting);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until what is unsaved of a hash now is written, or dropped; what comes later is not waited for.
     *
     * @return false if it was not within the time
     */
    boolean await(String key, Duration within) throws InterruptedException {
        long left = within.toNanos();
        lock.lockInterruptibly();
        try {
            Entry entry = entries.get(key);
            if (entry == null) {
                return true;
            }
            long changes = entry.changes;
            Condition settling = entry.settling == null ? lock.newCondition() : entry.settling;
            entry.settling = settling;
            while (entry.settled < changes) {
                if (left <= 0 || hasEnded) {
                    return false;
                }
                left = settling.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Hashes with something unsaved. */
    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    /** Changes of hashes that were lost, in part or as a whole, or are not known to be written. */
    long failed() {
        return failed.get();
    }

    // ---- writing ----

    private void work() {
        try {
            int failures = 0;
            for (List<Taken> taken = take(); !taken.isEmpty(); taken = take()) {
                boolean isForward = settle(taken, trip(taken));
                failures = isForward ? 0 : failures + 1;
                if (failures > 0) {
                    pause(PAUSES.wait(failures, ThreadLocalRandom.current()).toNanos());
                }
            }
        } catch (InterruptedException e) {
            // Only close interrupts it, when its time is over.
        } finally {
            end();
        }
    }

    /** The next trip's; empty if it is to end. */
    private List<Taken> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (line.isEmpty() && !closing) {
                coming.await();
            }
            List<Taken> taken = new ArrayList<>(Math.min(line.size(), TOGETHER));
            while (taken.size() < TOGETHER && !line.isEmpty() && !isOver()) {
                Entry entry = line.remove();
                entry.isInLine = false;
                Unsaved change = entry.waiting;
                if (change != null) { // who is in line has something
                    entry.waiting = null;
                    entry.underWay = change;
                    entry.sent = entry.changes;
                    taken.add(new Taken(entry, change));
                }
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean isOver() {
        return closing && System.nanoTime() - closesAt >= 0;
    }

    /** Writes them, without the lock; what they have left, in their order. */
    private List<Unsaved.Left> trip(List<Taken> taken) {
        Batch batch = redis.batch();
        try {
            List<Unsaved.Sent> sent = taken.stream()
                    .map(each -> each.change().send(batch, each.entry().key))
                    .toList();
            run(batch);
            return sent.stream().map(Unsaved.Sent::left).toList();
        } catch (RuntimeException e) {
            LOG.error("saving {} players and connections failed, and they are dropped", taken.size(), e);
            return taken.stream().map(each -> new Unsaved.Left(null, true)).toList();
        }
    }

    private void run(Batch batch) {
        try {
            long within = timeLeft();
            if (within < 0) {
                batch.run();
            } else {
                batch.run(Duration.ofNanos(within));
            }
        } catch (MillraceException e) {
            // Each reply has it.
        }
    }

    /** Until it has to end; -1 if it does not. */
    private long timeLeft() {
        lock.lock();
        try {
            return closing ? Math.max(0, closesAt - System.nanoTime()) : -1;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a trip brought anything forward: an entry that is done with. */
    private boolean settle(List<Taken> taken, List<Unsaved.Left> left) {
        boolean isForward = false;
        lock.lock();
        try {
            for (int i = 0; i < taken.size(); i++) {
                isForward |= settle(taken.get(i).entry(), left.get(i));
            }
        } finally {
            lock.unlock();
        }
        return isForward;
    }

    @GuardedBy("lock")
    private boolean settle(Entry entry, Unsaved.Left left) {
        if (left.isLost()) {
            failed.incrementAndGet();
        }
        entry.underWay = null;
        Unsaved again = left.unsaved();
        if (again != null) {
            entry.waiting = entry.waiting == null ? again : again.then(entry.waiting);
            enqueue(entry);
            return false;
        }
        entry.settled = entry.sent;
        if (entry.settling != null) {
            entry.settling.signalAll();
        }
        if (entry.waiting == null) {
            entries.remove(entry.key);
        }
        return true;
    }

    /** Ends sooner when closing begins, which is worth a try at once. */
    private void pause(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean wasClosing = closing;
            long left = wasClosing ? Math.min(nanos, closesAt - System.nanoTime()) : nanos;
            while (left > 0 && closing == wasClosing) {
                left = closed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- the end ----

    /** Writes what is left, for so long at the most; what is left then is lost, and counted. Leaves no thread behind. */
    void close(Duration within) {
        lock.lock();
        try {
            closing = true;
            closesAt = System.nanoTime() + within.toNanos();
            coming.signal();
            closed.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(within)) {
                thread.interrupt(); // a call that is under way ends by that
                thread.join(TO_END_MILLIS);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        lock.lock();
        try {
            hasEnded = true;
            failed.addAndGet(entries.size());
            for (Entry entry : entries.values()) {
                if (entry.settling != null) {
                    entry.settling.signalAll();
                }
            }
            entries.clear();
            line.clear();
        } finally {
            lock.unlock();
        }
    }
}
