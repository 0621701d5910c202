package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.batch.SharedTrips;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.NotSent;
import dev.millrace.command.ServerError;
import dev.millrace.command.Value;
import dev.millrace.connection.Timeouts;
import dev.millrace.topology.Dispatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue of jobs with priorities, ids, delays and lanes, handed out under leases.
 *
 * <pre>{@code
 * JobQueue<String> mail = redis.queue(QueueOptions.strings("mail").build());
 * mail.enqueue(JobSpec.builder("welcome 42").id("welcome-42").priority(10).build());
 *
 * List<Job<String>> jobs = mail.claim(50);
 * jobs = mail.settle(jobs, List.of(), 50).claimed();   // acknowledge, and the next ones in the same trip
 * }</pre>
 *
 * <p>At least once: a job that was claimed and not settled returns to its old place when its lease has run out. While a
 * lease lives, no one else has its job; what a former holder says of it later changes nothing. A higher priority leaves
 * first; within a priority of a lane, who came first. Jobs are lost only if Redis loses them.
 *
 * <p>Each call is one round trip, but for what is larger than 1,000 jobs or 1 MB, which goes in parts, each atomic by
 * itself; the first call makes one trip more, to see whether the lanes are the queue's and whether Redis may evict jobs.
 * Every call ends as calls of the client end, within its command timeout per trip. Calls that change the queue are never
 * repeated by themselves, but for what is enqueued by {@link #upload} or a {@link #batcher}, which say so: after {@link
 * dev.millrace.command.OutcomeUnknown} enqueue the same {@link JobSpec}s again, and those that arrived are duplicates; jobs
 * of a claim whose answer was lost return with their leases' end.
 *
 * <p>Thread-safe. Holds no resources; it lives as long as its client.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class JobQueue<T> extends WorkSource<T> {
    private static final Logger LOG = LoggerFactory.getLogger(JobQueue.class);

    /** How many trips' time an upload has by default. */
    private static final int TRIPS = 6;

    private final Dispatch dispatch;
    private final Duration timeout;
    private final QueueOptions<T> options;
    private final QueueCalls<T> calls;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final Observing<T> observing;
    private final Uplink<T> uplink;
    private final SharedTrips<Parcel<T>, EnqueueOutcome> shared;
    private volatile PipelinePolicy pipelining;
    private volatile boolean opened;

    /** A queue over a client's dispatch; {@code Millrace.queue} makes them. Nothing is sent yet. */
    public JobQueue(Dispatch dispatch, Duration timeout, QueueOptions<T> options) {
        this(dispatch, timeout, options, () -> "", System::nanoTime);
    }

    /**
     * For tests that don't wait.
     *
     * @param clock the time in ms; "" for the server's own
     * @param nanos takes the place of {@link System#nanoTime} in what decides between pipelined and single
     */
    JobQueue(Dispatch dispatch, Duration timeout, QueueOptions<T> options, Supplier<String> clock, LongSupplier nanos) {
        this.dispatch = dispatch;
        this.timeout = timeout;
        this.options = options;
        this.calls = new QueueCalls<>(options, clock);
        this.observing = new Observing<>(options.name(), options.observer(), options.points());
        this.uplink = new Uplink<>(dispatch, timeout, calls, observing, options.fallback(), nanos, this::announce);
        this.shared = new SharedTrips<>(new ParcelLoad<>(), this::sharedTrip);
        this.pipelining = options.pipelining();
    }

    /** What it was made with. */
    @Override
    public QueueOptions<T> options() {
        return options;
    }

    // ---- producing ----

    /**
     * Enqueues a job. Callers that do so at once share trips: a few make one each, and who comes while these are under way
     * leaves with the next, in one call with the others that wait.
     *
     * @throws IllegalArgumentException if the payload is too large or the lane is not the queue's; nothing was sent
     * @throws dev.millrace.command.MillraceException if the call ends otherwise; it is safe to enqueue the same spec again
     */
    public EnqueueOutcome enqueue(JobSpec<T> job) {
        Parcel<T> parcel = parcel(job);
        open();
        return shared.send(parcel, timeout.toNanos());
    }

    /** One trip with the jobs of several callers, or of one. */
    private SharedTrips.Answered<EnqueueOutcome> sharedTrip(List<Parcel<T>> parcels) {
        QueueMethod method = parcels.size() == 1 ? QueueMethod.STANDARD : QueueMethod.PIPELINED;
        Uplink.Answered answer =
                uplink.trip(List.of(parcels), method, timeout.toNanos(), false).getFirst();
        return new SharedTrips.Answered<>(answer.outcomes(), answer.failure());
    }

    /** Enqueues a payload with a unique id, priority 0, in the first lane. */
    public EnqueueOutcome enqueue(T payload) {
        return enqueue(JobSpec.of(payload));
    }

    /**
     * Enqueues jobs in one trip and all or none, up to 1,000 jobs and 1 MB. More go in many short trips, each call of some 50
     * jobs all or none, so that whoever has one job to enqueue is not held up by them. What is wrong with any of them is found before
     * anything is sent. An id may be there twice: it is as if the jobs were enqueued one by one.
     *
     * @return what became of each, in order
     * @throws IllegalArgumentException as {@link #enqueue}; the message says which job
     * @throws dev.millrace.command.MillraceException if a chunk fails; those before it are enqueued, and it is safe to
     *     enqueue the same specs again
     */
    public List<EnqueueOutcome> enqueueBatch(List<JobSpec<T>> jobs) {
        List<Parcel<T>> parcels = parcels(jobs);
        boolean paced = !QueueCalls.fitsOne(parcels, Parcel::outgoing);
        List<List<Parcel<T>>> chunks = QueueCalls.chunks(parcels, Parcel::outgoing, paced);
        if (chunks.isEmpty()) {
            return List.of();
        }
        open();
        QueueMethod method = jobs.size() == 1 ? QueueMethod.STANDARD : QueueMethod.PIPELINED;
        List<EnqueueOutcome> outcomes = new ArrayList<>(jobs.size());
        for (int from = 0; from < chunks.size(); ) {
            int to = Math.min(chunks.size(), from + uplink.chunksInATrip(paced)); // it changes on the way
            List<List<Parcel<T>>> some = chunks.subList(from, to);
            from = to;
            for (Uplink.Answered answer : uplink.trip(some, method, timeout.toNanos(), paced)) {
                MillraceException failure = answer.failure();
                if (failure != null) {
                    throw failure.raised();
                }
                outcomes.addAll(answer.outcomes());
            }
        }
        return outcomes;
    }

    /** As {@link #upload(List, Duration)}, within six times the client's command timeout. */
    public Upload upload(List<JobSpec<T>> jobs) {
        return upload(jobs, timeout.multipliedBy(TRIPS));
    }

    /**
     * Enqueues the jobs of an upload, pipelined or one by one as the {@linkplain #pipelining() policy} says, and answers
     * what became of each. How many jobs wait is known without asking, from what the server last answered to anyone who
     * uses this object; if that is more than a second ago, the first job goes by itself and its answer decides.
     *
     * <p>Where the pipelined path fails it is tried again, and after {@link PipelineFallback} the same jobs go one by one.
     * A job that is sent again has the id it has, and is one job as long as the queue knows it ({@link Deduplication});
     * its item says that it was {@linkplain Upload.Item#repeated() repeated}. A failure of the server as a whole (it can't
     * be reached, is full or read-only) ends the upload: the jobs it met have it as their outcome, those behind them are
     * {@link dev.millrace.command.NotSent}. What is sent again comes behind what arrived at first; otherwise jobs keep
     * their order.
     *
     * @param within the time for all of it; what has no outcome by then fails, as each trip does after the command timeout
     * @throws IllegalArgumentException as {@link #enqueueBatch}; nothing was sent
     * @throws dev.millrace.command.Misuse if the queue's lanes are others
     */
    public Upload upload(List<JobSpec<T>> jobs, Duration within) {
        List<Parcel<T>> parcels = parcels(jobs);
        if (parcels.isEmpty()) {
            return new Upload(QueueMethod.STANDARD, List.of());
        }
        long deadline = System.nanoTime() + Timeouts.nanosOf(within);
        PipelinePolicy policy = pipelining;
        long points = policy.choice() == PipelinePolicy.Choice.AUTOMATIC
                ? observing.points(jobs, JobSpec::payload)
                : jobs.size();
        long waiting = uplink.waiting.known();
        QueueMethod method = policy.method(points, waiting);
        if (method == QueueMethod.STANDARD
                && policy.choice() == PipelinePolicy.Choice.AUTOMATIC
                && waiting < 0
                && parcels.size() > 1) {
            List<Upload.Item> items = new ArrayList<>(send(parcels.subList(0, 1), method, deadline));
            method = policy.method(points, uplink.waiting.known());
            items.addAll(send(parcels.subList(1, parcels.size()), method, deadline));
            return new Upload(method, items);
        }
        return new Upload(method, send(parcels, method, deadline));
    }

    /**
     * Sends jobs, and answers for each what became of it.
     *
     * @param deadline on the clock of {@link System#nanoTime()}
     */
    List<Upload.Item> send(List<Parcel<T>> parcels, QueueMethod method, long deadline) {
        try {
            open();
        } catch (Misuse e) {
            throw e;
        } catch (MillraceException e) {
            MillraceException each = e instanceof ServerError || e instanceof NotSent
                    ? e
                    : new NotSent("not sent, for the queue could not be opened: " + e.getMessage(), e);
            return parcels.stream()
                    .map(parcel -> new Upload.Item(null, each, false))
                    .toList();
        }
        return uplink.send(parcels, method, deadline);
    }

    /** @throws IllegalArgumentException if the payload is too large or the lane is not the queue's */
    Parcel<T> parcel(JobSpec<T> job) {
        return new Parcel<>(job, calls.outgoing(job, 1, 1));
    }

    private List<Parcel<T>> parcels(List<JobSpec<T>> jobs) {
        List<Parcel<T>> parcels = new ArrayList<>(jobs.size());
        for (JobSpec<T> job : jobs) {
            parcels.add(new Parcel<>(job, calls.outgoing(job, parcels.size() + 1, jobs.size())));
        }
        return parcels;
    }

    /**
     * A batcher for many producers that have one job each: what they add gathers and leaves in batches.
     *
     * @return one to be shared, and closed before the client is
     */
    public AdaptiveBatcher<T> batcher(BatcherOptions how) {
        return AdaptiveBatcher.open(this, how, System::nanoTime);
    }

    /** Which way {@linkplain #upload uploads} go. */
    public PipelinePolicy pipelining() {
        return pipelining;
    }

    /** Which way uploads go from now on; those under way go on as they began. */
    public void pipelining(PipelinePolicy policy) {
        pipelining = Objects.requireNonNull(policy);
    }

    /** What enqueueing has cost by method, through this object. */
    public MethodStatistics methods() {
        return uplink.statistics();
    }

    /** What became of the operations that the observer was to be told of, through this object. */
    public ObserverStatistics observed() {
        return observing.statistics();
    }

    // ---- consuming ----

    /**
     * Claims up to {@code most} jobs: they are the caller's until the lease ends. Fewer come if there are fewer, if they
     * would be more than 1 MB, or while the queue is paused.
     *
     * @param most 1 to 1,000
     */
    public List<Job<T>> claim(int most) {
        return taken(most, false);
    }

    /**
     * Takes up to {@code most} jobs for good, in the order of a claim: they are deleted as they are handed out. At most
     * once: what is lost on the way, or with its consumer, is lost. Leaves no history.
     *
     * @param most 1 to 1,000
     */
    public List<Job<T>> dequeueAtMostOnce(int most) {
        return taken(most, true);
    }

    private List<Job<T>> taken(int most, boolean forGood) {
        checkMost(most, 1);
        open();
        return observed(
                forGood ? QueueOperation.Kind.DEQUEUE : QueueOperation.Kind.CLAIM,
                most,
                List.of(),
                () -> calls.taken(run(calls.claim(most, forGood))).jobs(),
                jobs -> jobs);
    }

    /**
     * Ends the leases of jobs, each by what became of it, and claims the next ones in the same trip.
     *
     * @param acks jobs that are done
     * @param nacks jobs that are not, and what is to become of them
     * @param next how many to claim next, 0 to 1,000; 0 for none
     * @return what became of each, {@link SettleOutcome#STALE} for those whose lease was lost, and the jobs claimed
     */
    public Settlement<T> settle(List<Job<T>> acks, List<Nack<T>> nacks, int next) {
        Settled<T> settled = settled(acks, nacks, next);
        return new Settlement<>(settled.acks(), settled.nacks(), settled.claimed());
    }

    @Override
    Settled<T> settled(List<Job<T>> acks, List<Nack<T>> nacks, int next) {
        checkSettlement(nacks, next);
        if (acks.isEmpty() && nacks.isEmpty() && next == 0) {
            return Settled.nothing();
        }
        open();
        int settling = acks.size() + nacks.size();
        List<Job<T>> ended = List.of();
        if (observing.isOn()) {
            ended = new ArrayList<>(acks);
            for (Nack<T> nack : nacks) {
                ended.add(nack.job());
            }
        }
        return settling == 0
                ? observed(
                        QueueOperation.Kind.CLAIM,
                        next,
                        List.of(),
                        () -> settledByCalls(acks, nacks, next),
                        Settled::claimed)
                : observed(
                        QueueOperation.Kind.SETTLE,
                        settling,
                        ended,
                        () -> settledByCalls(acks, nacks, next),
                        settled -> null);
    }

    /** @throws IllegalArgumentException if what is to be settled and claimed is not what it may be */
    static <T> void checkSettlement(List<Nack<T>> nacks, int next) {
        checkMost(next, 0);
        for (Nack<T> nack : nacks) {
            if (nack.verdict() instanceof Verdict.Done) {
                throw new IllegalArgumentException("a job that is done belongs to the acknowledgements");
            }
        }
    }

    private Settled<T> settledByCalls(List<Job<T>> acks, List<Nack<T>> nacks, int next) {
        return calls.settled(run(calls.settles(acks, nacks, next)), acks.size());
    }

    /**
     * Extends the leases of jobs: each ends one lease duration from now.
     *
     * @return for each whether its lease is still the caller's; if not, someone else may have the job
     */
    @Override
    public List<Boolean> extend(List<Job<T>> jobs) {
        return extended(jobs, -1);
    }

    /**
     * Notes how far a job is, and extends its lease.
     *
     * @param percent 0 to 100
     * @return whether the lease is still the caller's
     */
    public boolean progress(Job<T> job, int percent) {
        Names.checkedNumber("a progress in percent", percent, 0, 100);
        return extended(List.of(job), percent).getFirst();
    }

    private List<Boolean> extended(List<Job<T>> jobs, int percent) {
        if (jobs.isEmpty()) {
            return List.of();
        }
        open();
        return observed(
                QueueOperation.Kind.EXTEND, jobs.size(), jobs, () -> extendedByCalls(jobs, percent), held -> null);
    }

    private List<Boolean> extendedByCalls(List<Job<T>> jobs, int percent) {
        return QueueCalls.held(run(calls.extensions(jobs, percent)));
    }

    /**
     * A worker that handles this queue's jobs from now on, until it is closed.
     *
     * @param handler called on virtual threads, several at once
     */
    public Worker<T> work(WorkerOptions how, JobHandler<T> handler) {
        return Worker.start(this, how, handler);
    }

    /** Looking at it and running it: what an operator needs. */
    public QueueAdmin<T> admin() {
        return new QueueAdmin<>(this, calls);
    }

    /** The numbers of the queue now. */
    public QueueStatistics statistics() {
        open();
        QueueStatistics statistics =
                observed(QueueOperation.Kind.LOOK, () -> calls.statistics(run(calls.statistics())));
        uplink.waiting.answered(statistics.waiting());
        return statistics;
    }

    // ---- observing ----

    /** Runs what is about no payloads. */
    <R> R observed(QueueOperation.Kind kind, Supplier<R> call) {
        return observed(kind, 1, List.of(), call, result -> List.of(), 1);
    }

    /** @param asked what it is about, if that is known before; @param got jobs that it answers with, or null for none */
    private <R> R observed(
            QueueOperation.Kind kind,
            int most,
            List<Job<T>> asked,
            Supplier<R> call,
            Function<R, @Nullable List<Job<T>>> got) {
        return observed(kind, most, asked, call, got, 0);
    }

    private <R> R observed(
            QueueOperation.Kind kind,
            int most,
            List<Job<T>> asked,
            Supplier<R> call,
            Function<R, @Nullable List<Job<T>>> got,
            int least) {
        if (!observing.isOn()) {
            return call.get();
        }
        QueueMethod method = most > 1 ? QueueMethod.PIPELINED : QueueMethod.STANDARD;
        long began = System.nanoTime();
        try {
            R result = call.get();
            long took = System.nanoTime() - began;
            List<Job<T>> answered = got.apply(result);
            List<Job<T>> jobs = answered == null ? asked : answered;
            observing.ended(
                    kind, method, Math.max(least, jobs.size()), observing.points(jobs, Job::payload), took, null);
            return result;
        } catch (MillraceException e) {
            long took = System.nanoTime() - began;
            int jobs = Math.max(least, asked.size());
            observing.ended(kind, method, jobs, observing.points(asked, Job::payload), took, e);
            throw e;
        }
    }

    // ---- running ----

    static void checkMost(int most, int least) {
        Names.checkedNumber("a number of jobs to claim", most, least, QueueCalls.MOST);
    }

    Value run(Command<Value> command) {
        return Objects.requireNonNull(dispatch.run(command, timeout.toNanos()));
    }

    private List<Value> run(List<Command<Value>> commands) {
        if (commands.size() == 1) {
            return List.of(run(commands.getFirst()));
        }
        Batch batch = new Batch(dispatch::run, timeout);
        List<Reply<Value>> replies = commands.stream().map(batch::add).toList();
        batch.run();
        return replies.stream()
                .map(reply -> Objects.requireNonNull(reply.get()))
                .toList();
    }

    /** Asks once whether the lanes are the queue's and what the server evicts. Several may ask at once; it does no harm. */
    void open() {
        if (opened) {
            return;
        }
        opened(run(calls.open()));
    }

    /** Its calls, for who makes them of several queues at once. */
    QueueCalls<T> calls() {
        return calls;
    }

    /** Takes in what the server said to {@link QueueCalls#open}. */
    void opened(Value reply) {
        List<Value> answer = reply.asList();
        String lanes = QueueCalls.text(answer.get(0));
        if (!lanes.isEmpty()) {
            throw new Misuse("the queue has the lanes " + lanes
                            + ", in this order; the options name others. New lanes may only be added behind them")
                    .raised();
        }
        String evicts = QueueCalls.text(answer.get(1));
        if (evicts.startsWith("allkeys") && warned.compareAndSet(false, true)) {
            LOG.warn(
                    "the server of queue {} may evict jobs: its maxmemory-policy is {}; set it to noeviction",
                    options.name(),
                    evicts);
        }
        opened = true;
    }

    @Override
    public String toString() {
        return "JobQueue[" + options.name() + "]";
    }
}
