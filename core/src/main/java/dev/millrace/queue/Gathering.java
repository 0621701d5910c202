package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits in a batcher, and the rules by which it leaves: no threads, no I/O, no clock of its own.
 *
 * <p>Jobs of a type stand in a {@link Line}. A line from which a batch is due and may leave stands among the ready ones,
 * once; flushers take a batch from the first of these ({@link #next}), send it, and come back for another ({@link #ended}).
 * One that finds none ready is told so under the lock and ends; from then on it does not count, so that whoever makes a
 * line ready next asks for another. Hence what keeps a job from being forgotten: whenever a line is ready, a flusher is
 * there that has yet to ask, or as many as there may be are.
 *
 * <p>All is under one lock, held for a few dozen instructions, or for as many as a batch has jobs, and never for I/O. Each
 * job is taken out once: with a batch, by its deadline, by its caller, or at the end; whoever took it out keeps its promise.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // guarded by the lock
final class Gathering<T> {
    /** Batches of all types under way at once. */
    static final int FLUSHERS = 64;

    /** What becomes of a job that is offered. */
    enum Offer {
        TAKEN,
        FULL,
        CLOSED
    }

    /** Those whom the rules set in motion; told under the lock, so they must not block. */
    interface Movers {
        /** One more thread is to ask for batches. */
        void flush();

        /** {@link #nextLook} is earlier now. */
        void lookSooner();
    }

    private final BatcherOptions options;
    private final Movers movers;
    private final int mostFlushers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition idle = lock.newCondition();

    @GuardedBy("lock")
    private final Map<String, Line<T>> lines = new HashMap<>();

    @GuardedBy("lock")
    private final ArrayDeque<Line<T>> ready = new ArrayDeque<>();

    /** Jobs for which no caller keeps the time, in the order of their deadlines. */
    @GuardedBy("lock")
    private final LinkedHashSet<WaitingJob<T>> unattended = new LinkedHashSet<>();

    @GuardedBy("lock")
    private final Set<GatheredBatch<T>> away = Collections.newSetFromMap(new IdentityHashMap<>());

    @GuardedBy("lock")
    private int jobs;

    @GuardedBy("lock")
    private long bytes;

    @GuardedBy("lock")
    private int flushers;

    @GuardedBy("lock")
    private long planned = Long.MAX_VALUE;

    @GuardedBy("lock")
    private boolean closing;

    @GuardedBy("lock")
    private boolean closed;

    private volatile int batchSize;
    private volatile long delayNanos;

    @GuardedBy("lock")
    private long batches;

    @GuardedBy("lock")
    private long sent;

    @GuardedBy("lock")
    private long largest;

    @GuardedBy("lock")
    private long failed;

    @GuardedBy("lock")
    private long rejected;

    @GuardedBy("lock")
    private long expired;

    @GuardedBy("lock")
    private long handedBack;

    Gathering(BatcherOptions options, Movers movers) {
        this(options, movers, FLUSHERS);
    }

    Gathering(BatcherOptions options, Movers movers, int mostFlushers) {
        this.mostFlushers = mostFlushers;
        this.options = options;
        this.movers = movers;
        this.batchSize = options.batchSize();
        this.delayNanos = options.batchDelay().toNanos();
    }

    // ---- coming in ----

    /** Takes a job in if there is room. */
    Offer offer(WaitingJob<T> job, long now) {
        lock.lock();
        try {
            Offer offer = admitted(job, now);
            if (offer != Offer.TAKEN) {
                rejected++;
            }
            return offer;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a job in as soon as there is room, for so many ns at the most, or until the thread is interrupted. */
    Offer offer(WaitingJob<T> job, long now, long withinNanos) {
        lock.lock();
        try {
            Offer offer = admitted(job, now);
            long left = withinNanos;
            while (offer == Offer.FULL && left > 0) {
                try {
                    left = room.awaitNanos(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
                offer = admitted(job, now + withinNanos - left);
            }
            if (offer != Offer.TAKEN) {
                rejected++;
            }
            return offer;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private Offer admitted(WaitingJob<T> job, long now) {
        if (closing) {
            return Offer.CLOSED;
        }
        if (jobs > 0 && (jobs >= options.waitingJobs() || bytes + job.bytes > options.waitingBytes())) {
            return Offer.FULL;
        }
        Line<T> line = lines.computeIfAbsent(job.parcel.spec().type(), Line::new);
        line.add(job);
        jobs++;
        bytes += job.bytes;
        if (!job.blocking) {
            unattended.add(job);
            plan(job.deadline);
        }
        readyIfDue(line, now);
        if (!line.ready && line.underWay < options.underWay()) {
            plan(line.oldest() + gatheringNanos());
        }
        return Offer.TAKEN;
    }

    @GuardedBy("lock")
    private void plan(long look) {
        if (planned == Long.MAX_VALUE || look - planned < 0) {
            planned = look;
            movers.lookSooner();
        }
    }

    // ---- the rules ----

    private long gatheringNanos() {
        long delay = delayNanos;
        return delay > 0 ? delay : options.batchWait().toNanos();
    }

    @GuardedBy("lock")
    private boolean isDue(Line<T> line, long now) {
        if (line.isEmpty() || line.underWay >= options.underWay()) {
            return false;
        }
        int size = batchSize;
        boolean atOnce = delayNanos == 0 && line.underWay == 0;
        return closing
                || atOnce
                || line.jobs() >= size
                || line.bytes() >= options.batchBytes()
                || now - line.oldest() >= gatheringNanos();
    }

    @GuardedBy("lock")
    private void readyIfDue(Line<T> line, long now) {
        if (isReadyNow(line, now) && flushers < mostFlushers) {
            flushers++;
            movers.flush();
        }
    }

    @GuardedBy("lock")
    private boolean isReadyNow(Line<T> line, long now) {
        if (line.ready || !isDue(line, now)) {
            return false;
        }
        line.ready = true;
        ready.add(line);
        return true;
    }

    // ---- leaving ----

    /**
     * The next batch for a flusher, which has to report its end; null if there is none, and then the flusher has to end.
     */
    @Nullable
    GatheredBatch<T> next(long now) {
        lock.lock();
        try {
            Line<T> line = closed ? null : ready.poll();
            if (line == null) {
                flushers--;
                idle.signalAll();
                return null;
            }
            line.ready = false;
            List<WaitingJob<T>> batch = new ArrayList<>();
            int most = batchSize == 1 ? 1 : options.largestBatch();
            long batchBytes = 0;
            while (batch.size() < most && !line.isEmpty()) {
                WaitingJob<T> job = line.first();
                if (!batch.isEmpty() && batchBytes + job.bytes > options.batchBytes()) {
                    break;
                }
                batchBytes += job.bytes;
                takeOut(line, job);
                batch.add(job);
            }
            GatheredBatch<T> gathered = new GatheredBatch<>(line, batch);
            away.add(gathered);
            line.underWay++;
            readyIfDue(line, now);
            room.signalAll();
            return gathered;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A batch has ended and all promises of its jobs are kept; what gathered meanwhile may leave. Whoever says so has to
     * ask for the {@link #next}, so no other flusher is asked for this line.
     */
    void ended(GatheredBatch<T> batch, int failures, long now) {
        lock.lock();
        try {
            Line<T> line = batch.line();
            line.underWay--;
            away.remove(batch);
            batches++;
            sent += batch.jobs().size();
            largest = Math.max(largest, batch.jobs().size());
            failed += failures;
            if (!isReadyNow(line, now) && !line.isEmpty()) {
                plan(line.oldest() + gatheringNanos());
            }
            forgetIfUnused(line);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void takeOut(Line<T> line, WaitingJob<T> job) {
        line.remove(job);
        jobs--;
        bytes -= job.bytes;
        unattended.remove(job);
    }

    /** Takes out jobs that leave by no batch; a line that is empty then is ready no more. */
    @GuardedBy("lock")
    private void withdrawn(Line<T> line, WaitingJob<T> job) {
        takeOut(line, job);
        if (line.isEmpty() && line.ready) {
            line.ready = false;
            ready.remove(line);
        }
        forgetIfUnused(line);
        room.signalAll();
        idle.signalAll();
    }

    @GuardedBy("lock")
    private void forgetIfUnused(Line<T> line) {
        if (line.isEmpty() && line.underWay == 0) {
            lines.remove(line.type);
        }
    }

    /** Takes a job back. @return whether it was still waiting */
    boolean withdraw(WaitingJob<T> job) {
        lock.lock();
        try {
            Line<T> line = job.line;
            if (line == null) {
                return false;
            }
            withdrawn(line, job);
            expired++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    // ---- as time passes ----

    /** Makes ready what has gathered long enough, and takes out unattended jobs whose time has passed. */
    List<WaitingJob<T>> look(long now) {
        lock.lock();
        try {
            List<WaitingJob<T>> late = new ArrayList<>();
            while (!unattended.isEmpty() && now - unattended.getFirst().deadline >= 0) {
                WaitingJob<T> job = unattended.getFirst();
                Line<T> line = job.line;
                if (line == null) {
                    throw new IllegalStateException("an unattended job is in no line");
                }
                withdrawn(line, job);
                expired++;
                late.add(job);
            }
            lines.values().forEach(line -> readyIfDue(line, now));
            planned = unattended.isEmpty() ? Long.MAX_VALUE : unattended.getFirst().deadline;
            for (Line<T> line : lines.values()) {
                if (!line.ready && !line.isEmpty() && line.underWay < options.underWay()) {
                    long due = line.oldest() + gatheringNanos();
                    planned = planned == Long.MAX_VALUE || due - planned < 0 ? due : planned;
                }
            }
            return late;
        } finally {
            lock.unlock();
        }
    }

    /** When {@link #look} is to be called next, on the clock of what is passed to it; {@link Long#MAX_VALUE} for never. */
    long nextLook() {
        lock.lock();
        try {
            return planned;
        } finally {
            lock.unlock();
        }
    }

    // ---- changing ----

    int batchSize() {
        return batchSize;
    }

    long delayNanos() {
        return delayNanos;
    }

    void batchSize(int size, long now) {
        batchSize = size;
        lookAgain(now);
    }

    void delayNanos(long delay, long now) {
        delayNanos = delay;
        lookAgain(now);
    }

    private void lookAgain(long now) {
        lock.lock();
        try {
            planned = now;
            movers.lookSooner();
        } finally {
            lock.unlock();
        }
    }

    // ---- closing ----

    /**
     * Takes nothing in any more, and makes all ready to leave.
     *
     * @return all jobs that wait or are under way
     */
    List<WaitingJob<T>> beginClosing(long now) {
        lock.lock();
        try {
            closing = true;
            room.signalAll();
            List<WaitingJob<T>> open = new ArrayList<>();
            away.forEach(batch -> open.addAll(batch.jobs()));
            for (Line<T> line : lines.values()) {
                open.addAll(line.all());
                readyIfDue(line, now);
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing waits and no flusher is left, for so many ns at the most. @return whether that is so */
    boolean awaitIdle(long withinNanos) {
        lock.lock();
        try {
            long left = withinNanos;
            while (jobs > 0 || flushers > 0) {
                if (left <= 0) {
                    return false;
                }
                left = idle.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Takes out all that still waits; no batch leaves from now on. */
    List<WaitingJob<T>> takeRest() {
        lock.lock();
        try {
            closed = true;
            List<WaitingJob<T>> rest = new ArrayList<>();
            for (Iterator<Line<T>> all = lines.values().iterator(); all.hasNext(); ) {
                Line<T> line = all.next();
                for (WaitingJob<T> job : line.all()) {
                    takeOut(line, job);
                    rest.add(job);
                }
                line.ready = false;
                if (line.underWay == 0) {
                    all.remove();
                }
            }
            ready.clear();
            handedBack += rest.size();
            idle.signalAll();
            return rest;
        } finally {
            lock.unlock();
        }
    }

    /** A job went by itself, on its caller's thread. */
    void wentAlone(boolean failing) {
        lock.lock();
        try {
            batches++;
            sent++;
            largest = Math.max(largest, 1);
            failed += failing ? 1 : 0;
        } finally {
            lock.unlock();
        }
    }

    BatcherStatistics statistics() {
        lock.lock();
        try {
            Map<String, Long> byType = new HashMap<>();
            long active = 0;
            for (Line<T> line : lines.values()) {
                long here = line.underWay + (line.isEmpty() ? 0 : 1);
                if (here > 0) {
                    byType.put(line.type, here);
                    active += here;
                }
            }
            return new BatcherStatistics(
                    active, jobs, bytes, byType, batches, sent, largest, failed, rejected, expired, handedBack);
        } finally {
            lock.unlock();
        }
    }
}
