package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.connection.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets many producers with one job each share round trips: jobs gather for as long as another batch of their type is under
 * way, and leave together; see {@link BatcherOptions} for what else ends their gathering.
 *
 * <pre>{@code
 * try (AdaptiveBatcher<Point> points = queue.batcher(BatcherOptions.ofDefaults())) {
 *     EnqueueOutcome outcome = points.enqueue(JobSpec.of(point));        // waits for its own outcome
 *     CompletionStage<EnqueueOutcome> later = points.add(JobSpec.of(point));
 * }
 * }</pre>
 *
 * <p>A batch has jobs of one type. Within it a higher priority is sent first, and within a priority who came first; that
 * also says who leaves first when there are more than fit. A batch of several goes pipelined, with the way out that {@link
 * PipelineFallback} describes; a batch of one goes by itself.
 *
 * <p>Every job ends with an outcome of its own, and none is dropped: it is in the queue (by {@link EnqueueOutcome}), or not
 * ({@link NotSent}, {@link Rejected}, a {@link dev.millrace.command.ServerError}), or may be ({@link OutcomeUnknown}). To
 * enqueue the same {@link JobSpec} again is safe after any of these: it has its id from the start. A batch is sent once or,
 * after a lost answer, again with the same ids; then {@link EnqueueOutcome#DUPLICATE} may mean that a job met itself.
 *
 * <p>Bounded in jobs and bytes. When it is full, {@link #enqueue} waits for room until its deadline and {@link #add} is
 * rejected; that is how producers learn that Redis is slow or down.
 *
 * <p>Thread-safe. Owns one virtual thread that keeps the time, and one more for each batch under way, 64 at the most. Has to
 * be closed before its client, which ends the threads.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class AdaptiveBatcher<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdaptiveBatcher.class);

    /** How long the threads of a closed batcher have to end once they are interrupted. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** The time is looked at no more often than this. */
    private static final long TICK_NANOS = 1_000_000;

    private final JobQueue<T> queue;
    private final BatcherOptions options;
    private final LongSupplier clock;
    private final Gathering<T> gathering;
    private final Set<Thread> flushers = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread keeper;
    private volatile boolean ended;

    private AdaptiveBatcher(JobQueue<T> queue, BatcherOptions options, LongSupplier clock) {
        this.queue = queue;
        this.options = options;
        this.clock = clock;
        this.gathering = new Gathering<>(options, new Threads());
        this.keeper = Thread.ofVirtual().name("millrace-batcher").unstarted(this::keepTime);
    }

    /** @param clock in ns; says when batches are due and jobs late, but not how long a call may take */
    static <T> AdaptiveBatcher<T> open(JobQueue<T> queue, BatcherOptions options, LongSupplier clock) {
        AdaptiveBatcher<T> batcher = new AdaptiveBatcher<>(queue, options, clock);
        batcher.keeper.start();
        return batcher;
    }

    // ---- adding ----

    /** As {@link #enqueue(JobSpec, Duration)}, within {@link BatcherOptions#deadline()}. */
    public EnqueueOutcome enqueue(JobSpec<T> job) {
        return enqueue(job, options.deadline());
    }

    /**
     * Enqueues a job with others, and waits for what became of it.
     *
     * @param within the time for all of it: waiting for room, gathering, and the trip
     * @throws IllegalArgumentException as {@link JobQueue#enqueue}
     * @throws Rejected if there was no room in time, or the batcher is closed
     * @throws NotSent if it did not leave in time, or the thread was interrupted before (its flag stays set), or its batch
     *     could not be sent
     * @throws OutcomeUnknown if it left and there was no answer in time
     * @throws MillraceException if its batch ended otherwise, for example because the server is full or read-only
     */
    public EnqueueOutcome enqueue(JobSpec<T> job, Duration within) {
        Parcel<T> parcel = queue.parcel(job);
        long withinNanos = Timeouts.nanosOf(within);
        long end = System.nanoTime() + withinNanos;
        if (gathering.batchSize() == 1 && !closed.get()) {
            Upload.Item item =
                    queue.send(List.of(parcel), QueueMethod.STANDARD, end).getFirst();
            gathering.wentAlone(!item.isProcessed());
            return item.get();
        }
        long now = clock.getAsLong();
        WaitingJob<T> waiting = new WaitingJob<>(parcel, now, now + withinNanos, true);
        Gathering.Offer offer = gathering.offer(waiting, now, withinNanos);
        if (offer != Gathering.Offer.TAKEN) {
            throw rejected(offer, " for " + within.toMillis() + " ms").raised();
        }
        return await(waiting, end);
    }

    private EnqueueOutcome await(WaitingJob<T> job, long end) {
        String why = "its time has passed";
        try {
            return job.promise.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // below
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why = "its thread was interrupted";
        } catch (ExecutionException e) {
            throw failure(e).raised();
        }
        if (gathering.withdraw(job)) {
            job.promise.completeExceptionally(new NotSent("the job did not leave the batcher: " + why));
        }
        switch (job.promise.state()) {
            case SUCCESS:
                return job.promise.resultNow();
            case FAILED:
                throw ((MillraceException) job.promise.exceptionNow()).raised();
            default:
                throw new OutcomeUnknown("the job's batch is under way and is not waited for: " + why).raised();
        }
    }

    /** Promises are only ever failed with these. */
    private static MillraceException failure(ExecutionException e) {
        return (MillraceException) Objects.requireNonNull(e.getCause());
    }

    /**
     * Adds a job to what gathers, and does not wait.
     *
     * @return ends as {@link #enqueue} does; {@link Rejected} at once if the batcher is full or closed. A job that has not
     *     left after {@link BatcherOptions#deadline()} fails as {@link NotSent}; one that has left ends when its batch does,
     *     within as long again. What hangs on it runs on a virtual thread of its own
     * @throws IllegalArgumentException as {@link JobQueue#enqueue}
     */
    public CompletionStage<EnqueueOutcome> add(JobSpec<T> job) {
        long now = clock.getAsLong();
        WaitingJob<T> waiting = new WaitingJob<>(
                queue.parcel(job), now, now + options.deadline().toNanos(), false);
        Gathering.Offer offer = gathering.offer(waiting, now);
        if (offer != Gathering.Offer.TAKEN) {
            waiting.promise.completeExceptionally(rejected(offer, ""));
        }
        return waiting.stage;
    }

    private Rejected rejected(Gathering.Offer offer, String howLong) {
        if (offer == Gathering.Offer.CLOSED) {
            return new Rejected("the batcher of " + queue + " is closed");
        }
        BatcherStatistics now = gathering.statistics();
        return new Rejected("the batcher of " + queue + " was full" + howLong + ": " + now.totalQueuedJobs() + " of "
                + options.waitingJobs() + " jobs and " + now.queuedBytes() + " of " + options.waitingBytes()
                + " bytes wait");
    }

    // ---- sending ----

    /** Starts the threads that the rules ask for. */
    private final class Threads implements Gathering.Movers {
        @Override
        public void flush() {
            Thread.ofVirtual().name("millrace-batch").start(AdaptiveBatcher.this::sendBatches);
        }

        @Override
        public void lookSooner() {
            LockSupport.unpark(keeper);
        }
    }

    private void sendBatches() {
        flushers.add(Thread.currentThread());
        try {
            for (GatheredBatch<T> batch = gathering.next(clock.getAsLong());
                    batch != null;
                    batch = gathering.next(clock.getAsLong())) {
                int failures = batch.jobs().size();
                try {
                    failures = send(batch.jobs());
                } finally {
                    gathering.ended(batch, failures, clock.getAsLong());
                }
            }
        } finally {
            flushers.remove(Thread.currentThread());
        }
    }

    /** Sends jobs and keeps their promises, whatever happens. @return how many failed */
    private int send(List<WaitingJob<T>> jobs) {
        List<Upload.Item> items;
        try {
            items = queue.send(
                    jobs.stream().map(job -> job.parcel).toList(),
                    jobs.size() == 1 ? QueueMethod.STANDARD : QueueMethod.PIPELINED,
                    System.nanoTime() + options.deadline().toNanos());
        } catch (RuntimeException | Error e) {
            MillraceException each = e instanceof MillraceException known
                    ? known
                    : new OutcomeUnknown("the batch of " + jobs.size() + " jobs ended by " + e, e);
            jobs.forEach(job -> job.promise.completeExceptionally(each));
            return jobs.size();
        }
        int failures = 0;
        for (int i = 0; i < items.size(); i++) {
            Upload.Item item = items.get(i);
            if (item.outcome() != null) {
                jobs.get(i).promise.complete(item.outcome());
            } else {
                jobs.get(i).promise.completeExceptionally(Objects.requireNonNull(item.failure()));
                failures++;
            }
        }
        return failures;
    }

    // ---- time ----

    private void keepTime() {
        while (!ended) {
            long now = clock.getAsLong();
            for (WaitingJob<T> late : gathering.look(now)) {
                late.promise.completeExceptionally(new NotSent("the job did not leave the batcher within "
                        + options.deadline().toMillis() + " ms"));
            }
            long next = gathering.nextLook();
            if (next == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, Math.max(TICK_NANOS, next - clock.getAsLong()));
            }
        }
    }

    // ---- looking and changing ----

    /** The numbers of the batcher now. */
    public BatcherStatistics statistics() {
        return gathering.statistics();
    }

    /** How many jobs end a batch's gathering now. */
    public int batchSize() {
        return gathering.batchSize();
    }

    /**
     * Changes {@link BatcherOptions#batchSize()} from now on.
     *
     * @param size 1 to 1,000; 1 switches batching off
     */
    public void batchSize(int size) {
        gathering.batchSize(BatcherOptions.checkedSize(size), clock.getAsLong());
    }

    /** For how long every batch gathers now. */
    public Duration batchDelay() {
        return Duration.ofNanos(gathering.delayNanos());
    }

    /**
     * Changes {@link BatcherOptions#batchDelay()} from now on.
     *
     * @param delay from zero to an hour
     */
    public void batchDelay(Duration delay) {
        gathering.delayNanos(BatcherOptions.checkedDelay(delay).toNanos(), clock.getAsLong());
    }

    // ---- closing ----

    /** As {@link #closeAndHandBack()}, and logs how many jobs that hands back. */
    @Override
    public void close() {
        int left = closeAndHandBack().size();
        if (left > 0) {
            LOG.warn("the batcher of {} was closed with {} jobs that are not known to be in the queue", queue, left);
        }
    }

    /** As {@link #closeAndHandBack(Duration)}, within {@link BatcherOptions#closing()}. */
    public List<JobSpec<T>> closeAndHandBack() {
        return closeAndHandBack(options.closing());
    }

    /**
     * Takes no more jobs, sends what is waiting without further delay, and waits for it. Every stage has an outcome when
     * this returns, and every blocking caller is on its way: what was not sent in time is {@link NotSent}, what was under
     * way {@link OutcomeUnknown}. Closing again does nothing.
     *
     * @param within how long that may take; a second more if calls under way don't end when they are interrupted
     * @return of the jobs that were waiting or under way, those that are not known to be in the queue, for whichever
     *     reason; to enqueue them again is safe
     */
    public List<JobSpec<T>> closeAndHandBack(Duration within) {
        if (!closed.compareAndSet(false, true)) {
            return List.of();
        }
        List<WaitingJob<T>> open = gathering.beginClosing(clock.getAsLong());
        gathering.awaitIdle(Timeouts.nanosOf(within));
        NotSent notSent = new NotSent("the batcher was closed before the job left it");
        for (WaitingJob<T> job : gathering.takeRest()) {
            job.promise.completeExceptionally(notSent);
        }
        flushers.forEach(Thread::interrupt);
        gathering.awaitIdle(GRACE.toNanos());
        ended = true;
        LockSupport.unpark(keeper);
        OutcomeUnknown unknown = new OutcomeUnknown("the batcher was closed while the job's batch was under way");
        List<JobSpec<T>> left = new ArrayList<>();
        for (WaitingJob<T> job : open) {
            job.promise.completeExceptionally(unknown); // does nothing to those that have ended
            if (!job.isEnqueued()) {
                left.add(job.parcel.spec());
            }
        }
        for (WaitingJob<T> job : open) {
            awaitStage(job);
        }
        return left;
    }

    /** The stage is ended on a thread of its own, which has been started; it is a matter of moments. */
    private static void awaitStage(WaitingJob<?> job) {
        try {
            job.stage.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // its outcome is its owner's
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "AdaptiveBatcher[" + queue.options().name() + ", " + gathering.statistics() + "]";
    }
}
