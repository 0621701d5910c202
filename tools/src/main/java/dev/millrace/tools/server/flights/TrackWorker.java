package dev.millrace.tools.server.flights;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.Nack;
import dev.millrace.queue.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drains the queue into the tracks: claims a batch, stores it in one trip, and in the next acknowledges it and claims again. What it
 * stored and could not acknowledge comes again after its lease, and storing it again changes nothing.
 *
 * <p>A payload that can't be decoded is a dead letter at once. A job that the server refuses to store is tried again, as often as the
 * queue's options allow. While Redis is away nothing is counted against a job.
 *
 * <p>Thread-safe. Owns {@value #LOOPS} virtual threads: while one waits for Redis the other decodes; the second is woken when there is
 * more than the first can hold.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // what is not is confined to a loop's thread
final class TrackWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrackWorker.class);
    private static final int LOOPS = 2;

    /** Jobs of a batch: 16,000 points of uploads. */
    private static final int BATCH = 64;

    /** How often an idle loop looks for what other processes have enqueued. */
    private static final Duration POLL = Duration.ofMillis(100);

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final JobQueue<FlightPart> queue;
    private final TrackStore store;
    private final List<Thread> loops = new ArrayList<>();
    private final LongAdder pointsStored = new LongAdder();
    private final LongAdder pointsRejected = new LongAdder();
    private final LongAdder undecodable = new LongAdder();
    private volatile boolean closing;

    TrackWorker(JobQueue<FlightPart> queue, TrackStore store) {
        this.queue = queue;
        this.store = store;
        for (int i = 0; i < LOOPS; i++) {
            boolean first = i == 0;
            loops.add(Thread.ofVirtual().name("millrace-tracks-", i).unstarted(() -> work(first)));
        }
        loops.forEach(Thread::start);
    }

    /** Says that there are jobs. */
    void wake() {
        LockSupport.unpark(loops.getFirst());
    }

    /** Points that this process has stored. */
    long pointsStored() {
        return pointsStored.sum();
    }

    /** Points that it has not stored, for they are none of a flight. */
    long pointsRejected() {
        return pointsRejected.sum();
    }

    /** Loops that run. */
    long running() {
        return loops.stream().filter(Thread::isAlive).count();
    }

    // ---- a loop ----

    /** What is to be said of jobs that were handled. */
    private static final class Verdicts {
        private final List<Job<FlightPart>> acks = new ArrayList<>();
        private final List<Nack<FlightPart>> nacks = new ArrayList<>();

        boolean isEmpty() {
            return acks.isEmpty() && nacks.isEmpty();
        }
    }

    private void work(boolean first) {
        Verdicts verdicts = new Verdicts();
        boolean failing = false;
        while (!closing) {
            try {
                List<Job<FlightPart>> claimed =
                        queue.settle(verdicts.acks, verdicts.nacks, BATCH).claimed();
                failing = false;
                verdicts = new Verdicts();
                if (claimed.isEmpty()) {
                    LockSupport.parkNanos(POLL.toNanos());
                } else {
                    if (first && claimed.size() == BATCH) {
                        LockSupport.unpark(loops.getLast());
                    }
                    verdicts = store(claimed);
                }
            } catch (RuntimeException e) {
                if (!failing) {
                    LOG.warn("tracks can't be stored now, which is tried again: {}", e.toString());
                }
                failing = true;
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        finish(verdicts);
    }

    private void finish(Verdicts verdicts) {
        if (verdicts.isEmpty()) {
            return;
        }
        try {
            var unused = queue.settle(verdicts.acks, verdicts.nacks, 0);
        } catch (MillraceException e) {
            LOG.info("{} stored jobs were not acknowledged; they come again, and change nothing", verdicts.acks.size());
        }
    }

    private Verdicts store(List<Job<FlightPart>> claimed) {
        Verdicts verdicts = new Verdicts();
        List<Job<FlightPart>> readable = new ArrayList<>(claimed.size());
        List<CheckedPart> parts = new ArrayList<>(claimed.size());
        long now = System.currentTimeMillis();
        for (Job<FlightPart> job : claimed) {
            try {
                parts.add(new CheckedPart(job.payload(), now));
                readable.add(job);
            } catch (RuntimeException broken) {
                undecodable.increment();
                verdicts.nacks.add(new Nack<>(job, Verdict.giveUp(String.valueOf(broken.getMessage()))));
            }
        }
        if (parts.isEmpty()) {
            return verdicts;
        }
        TrackStore.Stored stored = store.store(parts);
        pointsStored.add(stored.points());
        for (int i = 0; i < readable.size(); i++) {
            MillraceException failure =
                    stored.failures().get(parts.get(i).part().flight());
            if (failure == null) {
                pointsRejected.add(parts.get(i).rejected());
                verdicts.acks.add(readable.get(i));
            } else {
                verdicts.nacks.add(new Nack<>(readable.get(i), verdict(failure)));
            }
        }
        return verdicts;
    }

    /** What the server says of this job counts as an attempt; what is wrong with the server does not. */
    private static Verdict verdict(MillraceException failure) {
        return failure instanceof ServerError.WrongType || failure instanceof ServerError.Other
                ? Verdict.retry(String.valueOf(failure.getMessage()))
                : Verdict.snooze(Duration.ofSeconds(1));
    }

    /** Ends the batches under way and settles them. */
    @Override
    public void close() {
        closing = true;
        loops.forEach(LockSupport::unpark);
        long end = System.nanoTime() + CLOSING.toNanos();
        for (Thread loop : loops) {
            try {
                if (!loop.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    loop.interrupt();
                }
            } catch (InterruptedException e) {
                loop.interrupt();
                Thread.currentThread().interrupt();
            }
        }
    }
}
