package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Command;
import dev.millrace.command.Misuse;
import dev.millrace.command.Value;
import dev.millrace.topology.Dispatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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
 * <p>Each call is one round trip, but for what is larger than 1,000 jobs or 1 MB, which goes in chunks, each atomic by
 * itself; the first call makes one trip more, to see whether the lanes are the queue's and whether Redis may evict jobs.
 * Every call ends as calls of the client end, within its command timeout per trip. Calls that change the queue are never
 * repeated by themselves: after {@link dev.millrace.command.OutcomeUnknown} enqueue the same {@link JobSpec}s again, and
 * those that arrived are duplicates; jobs of a claim whose answer was lost return with their leases' end.
 *
 * <p>Thread-safe. Holds no resources; it lives as long as its client.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class JobQueue<T> extends WorkSource<T> {
    private static final Logger LOG = LoggerFactory.getLogger(JobQueue.class);

    /** Chunks that are sent in one trip: 16, some 16 MB at the most. */
    private static final int CHUNKS = 16;

    private final Dispatch dispatch;
    private final Duration timeout;
    private final QueueOptions<T> options;
    private final QueueCalls<T> calls;
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile boolean opened;

    /** A queue over a client's dispatch; {@code Millrace.queue} makes them. Nothing is sent yet. */
    public JobQueue(Dispatch dispatch, Duration timeout, QueueOptions<T> options) {
        this(dispatch, timeout, options, () -> "");
    }

    /** @param clock the time in ms, for tests that don't wait; "" for the server's own */
    JobQueue(Dispatch dispatch, Duration timeout, QueueOptions<T> options, Supplier<String> clock) {
        this.dispatch = dispatch;
        this.timeout = timeout;
        this.options = options;
        this.calls = new QueueCalls<>(options, clock);
    }

    /** What it was made with. */
    @Override
    public QueueOptions<T> options() {
        return options;
    }

    // ---- producing ----

    /**
     * Enqueues a job.
     *
     * @throws IllegalArgumentException if the payload is too large or the lane is not the queue's; nothing was sent
     * @throws dev.millrace.command.MillraceException if the call ends otherwise; it is safe to enqueue the same spec again
     */
    public EnqueueOutcome enqueue(JobSpec<T> job) {
        return enqueueBatch(List.of(job)).getFirst();
    }

    /** Enqueues a payload with a unique id, priority 0, in the first lane. */
    public EnqueueOutcome enqueue(T payload) {
        return enqueue(JobSpec.of(payload));
    }

    /**
     * Enqueues jobs in one trip, or for many in one trip per 16 chunks. What is wrong with any of them is found before
     * anything is sent. An id may be there twice: it is as if the jobs were enqueued one by one.
     *
     * @return what became of each, in order
     * @throws IllegalArgumentException as {@link #enqueue}; the message says which job
     * @throws dev.millrace.command.MillraceException if a chunk fails; those before it are enqueued, and it is safe to
     *     enqueue the same specs again
     */
    public List<EnqueueOutcome> enqueueBatch(List<JobSpec<T>> jobs) {
        List<QueueCalls.Outgoing> outgoing = new ArrayList<>(jobs.size());
        for (JobSpec<T> job : jobs) {
            outgoing.add(calls.outgoing(job, outgoing.size() + 1, jobs.size()));
        }
        List<List<QueueCalls.Outgoing>> chunks = QueueCalls.chunks(outgoing);
        if (chunks.isEmpty()) {
            return List.of();
        }
        open();
        List<EnqueueOutcome> outcomes = new ArrayList<>(jobs.size());
        for (int from = 0; from < chunks.size(); from += CHUNKS) {
            List<Command<Value>> commands = chunks.subList(from, Math.min(chunks.size(), from + CHUNKS)).stream()
                    .map(calls::enqueue)
                    .toList();
            run(commands).forEach(reply -> QueueCalls.outcomes(reply, outcomes));
        }
        announce(outcomes);
        return outcomes;
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
        return calls.taken(run(calls.claim(most, forGood))).jobs();
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
        return calls.settled(run(calls.settles(acks, nacks, next)), acks.size());
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
        return calls.statistics(run(calls.statistics()));
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
