package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.resilience.Reconnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles a queue's jobs with bounded concurrency, each on a virtual thread of its own, until it is closed.
 *
 * <p>One thread does all that concerns the queue: it settles what has ended and claims as many as have ended in the same
 * trip, so that a busy worker makes one trip for as many jobs as ended during the last; it extends leases each third of
 * their duration; and while Redis can't be reached it keeps what has ended, and its leases, and tries again. A handler whose
 * lease is lost, because the server says so or because it could not be extended in time, is interrupted.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // what is not is confined to the loop's thread
public final class Worker<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** How long a handler that was interrupted has to end, and what ended to be settled, when the worker closes. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Reconnection PAUSES =
            new Reconnection(Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ZERO);

    private final WorkSource<T> queue;
    private final WorkerOptions options;
    private final JobHandler<T> handler;
    private final long leaseNanos;
    private final Queue<RunningJob<T>> ended = new ConcurrentLinkedQueue<>();
    private final Runnable arrival = this::arrived;
    private final Thread loop;
    private volatile boolean arrived;
    private volatile boolean closing;
    private volatile int running;

    // Confined to the loop's thread.
    private final Map<Job<T>, RunningJob<T>> held = new IdentityHashMap<>();
    private final List<RunningJob<T>> unsettled = new ArrayList<>();
    private int failures;
    private long notBefore = System.nanoTime();
    private long nextLook = notBefore;
    private long nextHeartbeat;

    private Worker(WorkSource<T> queue, WorkerOptions options, JobHandler<T> handler) {
        this.queue = queue;
        this.options = options;
        this.handler = handler;
        this.leaseNanos = queue.options().lease().toNanos();
        this.nextHeartbeat = notBefore + leaseNanos / 3;
        this.loop = Thread.ofVirtual().name("millrace-worker").unstarted(this::work);
    }

    static <T> Worker<T> start(WorkSource<T> queue, WorkerOptions options, JobHandler<T> handler) {
        Worker<T> worker = new Worker<>(queue, options, handler);
        queue.onArrival(worker.arrival);
        worker.loop.start();
        return worker;
    }

    /** How many handlers are running now. */
    public int running() {
        return running;
    }

    private void arrived() {
        arrived = true;
        LockSupport.unpark(loop);
    }

    // ---- the loop ----

    private void work() {
        try {
            while (!closing) {
                collect();
                trip(options.concurrency() - held.size() + unsettled.size());
                heartbeat();
                sleepUntil(nextTurn());
            }
            finish();
        } catch (RuntimeException | Error e) {
            LOG.error("the worker of {} ended; the {} jobs it holds return with their leases", queue, held.size(), e);
        }
    }

    private void collect() {
        for (RunningJob<T> job = ended.poll(); job != null; job = ended.poll()) {
            unsettled.add(job);
        }
        running = held.size() - unsettled.size();
    }

    /** Settles what has ended and claims as many as are wanted, if it is time for one of these. */
    private void trip(int wanted) {
        long now = System.nanoTime();
        if (arrived) {
            arrived = false;
            nextLook = now;
        }
        boolean look = wanted > 0 && nextLook - now <= 0;
        if (notBefore - now > 0 || (unsettled.isEmpty() && !look)) {
            return;
        }
        List<Job<T>> acks = new ArrayList<>();
        List<Nack<T>> nacks = new ArrayList<>();
        for (RunningJob<T> job : unsettled) {
            Verdict verdict = Objects.requireNonNull(job.verdict());
            if (verdict instanceof Verdict.Done) {
                acks.add(job.job);
            } else {
                nacks.add(new Nack<>(job.job, verdict));
            }
        }
        try {
            Settled<T> settled = queue.settled(acks, nacks, wanted);
            failures = 0;
            unsettled.forEach(job -> held.remove(job.job));
            unsettled.clear();
            for (Job<T> job : settled.claimed()) {
                RunningJob<T> started = new RunningJob<>(job, now + leaseNanos);
                held.put(job, started);
                started.start(handler, () -> {
                    ended.add(started);
                    LockSupport.unpark(loop);
                });
            }
            long pause = settled.claimed().size() == wanted ? 0 : options.poll().toNanos();
            if (pause > 0 && settled.dueInMillis() >= 0) {
                pause = Math.min(
                        pause, Duration.ofMillis(settled.dueInMillis() + 1).toNanos());
            }
            nextLook = System.nanoTime() + pause;
        } catch (MillraceException e) {
            failed("settled or claimed", e);
        }
    }

    private void heartbeat() {
        long now = System.nanoTime();
        for (RunningJob<T> job : held.values()) {
            if (job.leaseEnds - now <= 0) {
                lose(job);
            }
        }
        if (held.isEmpty() || nextHeartbeat - now > 0 || notBefore - now > 0) {
            return;
        }
        List<RunningJob<T>> jobs =
                held.values().stream().filter(job -> !job.lost).toList();
        try {
            List<Boolean> extended =
                    queue.extend(jobs.stream().map(job -> job.job).toList());
            for (int i = 0; i < jobs.size(); i++) {
                if (extended.get(i)) {
                    jobs.get(i).leaseEnds = now + leaseNanos;
                } else {
                    lose(jobs.get(i));
                }
            }
            nextHeartbeat = now + leaseNanos / 3;
        } catch (MillraceException e) {
            failed("extended", e);
        }
    }

    private void lose(RunningJob<T> job) {
        if (!job.lost) {
            job.lost = true;
            if (job.verdict() == null) {
                LOG.warn("the lease of a running job of {} is lost; its handler is interrupted", queue);
                job.interrupt();
            }
        }
    }

    private void failed(String what, MillraceException failure) {
        if (++failures == 1) {
            LOG.warn("jobs of {} could not be {}, which is tried again: {}", queue, what, failure.toString());
        }
        Duration pause = PAUSES.wait(failures, ThreadLocalRandom.current());
        notBefore = System.nanoTime() + pause.toNanos();
    }

    private long nextTurn() {
        long now = System.nanoTime();
        long turn = now + options.poll().toNanos();
        if (!unsettled.isEmpty()) {
            turn = notBefore;
        } else if (held.size() < options.concurrency()) {
            turn = later(nextLook, notBefore);
        }
        if (!held.isEmpty()) {
            turn = earlier(turn, later(nextHeartbeat, notBefore));
        }
        return turn;
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    /** Until then, or until something has ended or arrived. An interrupt is not meant for the loop and is dropped. */
    private void sleepUntil(long end) {
        long left = end - System.nanoTime();
        if (left > 0 && ended.isEmpty() && !arrived && !closing) {
            LockSupport.parkNanos(this, left);
            boolean unused = Thread.interrupted();
        }
    }

    // ---- the end ----

    private void finish() {
        long patience = System.nanoTime() + options.patience().toNanos();
        while (workLeft() && patience - System.nanoTime() > 0) {
            finishStep(patience);
        }
        Collection<RunningJob<T>> late =
                held.values().stream().filter(job -> job.verdict() == null).toList();
        late.forEach(job -> job.stopped = true);
        late.forEach(RunningJob::interrupt);
        long grace = System.nanoTime() + GRACE.toNanos();
        while (workLeft() && grace - System.nanoTime() > 0) {
            finishStep(grace);
        }
        if (!held.isEmpty()) {
            LOG.warn(
                    "{} jobs of {} were not settled when their worker closed; they return with their leases",
                    held.size(),
                    queue);
        }
    }

    private boolean workLeft() {
        collect();
        return !held.isEmpty();
    }

    private void finishStep(long until) {
        trip(0);
        heartbeat();
        long turn = earlier(until, later(nextHeartbeat, notBefore));
        if (!unsettled.isEmpty()) {
            turn = earlier(until, notBefore);
        }
        long left = turn - System.nanoTime();
        if (left > 0 && !held.isEmpty() && ended.isEmpty()) {
            LockSupport.parkNanos(this, left);
            boolean unused = Thread.interrupted();
        }
    }

    /**
     * Claims no more, lets the running handlers finish for as long as the patience allows, interrupts those that are left
     * and hands their jobs back. A job whose handler does not end even then keeps its lease until that runs out, so that it
     * is never in two hands. Returns when the worker's own thread has ended; not to be called by a handler. Does nothing the
     * second time.
     */
    @Override
    public void close() {
        closing = true;
        queue.offArrival(arrival);
        LockSupport.unpark(loop);
        boolean interrupted = false;
        while (loop.isAlive()) {
            try {
                loop.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
