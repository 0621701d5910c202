package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.Value;
import dev.millrace.topology.Dispatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * A queue whose jobs are spread over several {@link JobQueue}s, each in a hash slot of its own, for what is more than one
 * server's memory or one thread's speed. {@code Millrace.queuePartitions} makes it; it works on one server too.
 *
 * <pre>{@code
 * PartitionedQueue<String> mail = redis.queuePartitions(QueueOptions.strings("mail").build(), 8);
 * mail.enqueueBatch(jobs);                                    // one write to each master
 * List<Job<String>> held = mail.claim(50);                    // from all partitions at once
 * held = mail.settle(held, List.of(), 50).claimed();
 * }</pre>
 *
 * <p>A job's id says which partition is its own ({@link #partitionOf}), so an id is a duplicate wherever it would be one in
 * a single queue. What a {@link JobQueue} promises holds in each partition. <b>Order</b> is that of a partition: a higher
 * priority leaves first and within one who came first, but only among the jobs of one partition. Jobs that must leave one
 * after the other belong into one queue.
 *
 * <p>A call is one trip in which each master gets one write, but for what {@link JobQueue} sends in several. Claiming asks
 * each partition for an equal share, beginning with another one each time; if some had less, it asks the others how much
 * they have and takes the rest from them, two trips more. Nothing is atomic over partitions: when a call fails, some may
 * have done their part, and it is safe to enqueue the same {@link JobSpec}s again.
 *
 * <p>Partition 3 of a queue {@code mail} is the queue {@code mail/3}, to all that looks at queues one by one. Their number
 * is for the queue's life: another one would look for ids where they are not, and is refused.
 *
 * <p>Thread-safe. Holds no resources; it lives as long as its client.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class PartitionedQueue<T> extends WorkSource<T> {
    private static final int MOST_PARTITIONS = 256;

    /** Calls to all partitions in one trip, some 16 MB at the most; one to each if they are more. */
    private static final int CALLS = 16;

    private final Dispatch dispatch;
    private final Duration timeout;
    private final QueueOptions<T> options;
    private final List<JobQueue<T>> partitions;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile boolean opened;

    /**
     * A queue over a client's dispatch; {@code Millrace.queuePartitions} makes them. Nothing is sent yet.
     *
     * @throws IllegalArgumentException if the number is not 1 to 256, or the name leaves no room for it
     */
    public PartitionedQueue(Dispatch dispatch, Duration timeout, QueueOptions<T> options, int partitions) {
        this(dispatch, timeout, options, partitions, () -> "");
    }

    /** @param clock the time in ms, for tests that don't wait; "" for the server's own */
    PartitionedQueue(
            Dispatch dispatch, Duration timeout, QueueOptions<T> options, int partitions, Supplier<String> clock) {
        Names.checkedNumber("a number of partitions", partitions, 1, MOST_PARTITIONS);
        this.dispatch = dispatch;
        this.timeout = timeout;
        this.options = options;
        this.partitions = IntStream.range(0, partitions)
                .mapToObj(number -> new JobQueue<>(
                        dispatch, timeout, options.named(options.name() + "/" + number), clock, System::nanoTime))
                .toList();
    }

    /** What it was made with; the partitions have names of their own. */
    @Override
    public QueueOptions<T> options() {
        return options;
    }

    /** The partitions, each a queue like any other. What is enqueued into one by itself must have an id of its own. */
    public List<JobQueue<T>> partitions() {
        return partitions;
    }

    /** Which partition an id belongs to: its CRC-32 (that of zlib, over UTF-8) modulo their number. */
    public int partitionOf(String id) {
        CRC32 sum = new CRC32();
        sum.update(id.getBytes(StandardCharsets.UTF_8));
        return (int) (sum.getValue() % partitions.size());
    }

    // ---- producing ----

    /** As {@link JobQueue#enqueue(JobSpec)}, in the job's partition; those who enqueue there at once share trips. */
    public EnqueueOutcome enqueue(JobSpec<T> job) {
        open();
        EnqueueOutcome outcome = partitions.get(partitionOf(job.id())).enqueue(job);
        announce(List.of(outcome));
        return outcome;
    }

    /** As {@link JobQueue#enqueue(Object)}. */
    public EnqueueOutcome enqueue(T payload) {
        return enqueue(JobSpec.of(payload));
    }

    /**
     * As {@link JobQueue#enqueueBatch}, to all partitions at once.
     *
     * @return what became of each, in order
     * @throws IllegalArgumentException if one can't be enqueued; the message says which, and nothing was sent
     * @throws MillraceException if a partition fails; those of others may be enqueued, and it is safe to enqueue the same
     *     specs again
     */
    public List<EnqueueOutcome> enqueueBatch(List<JobSpec<T>> jobs) {
        List<List<QueueCalls.Outgoing>> outgoing = perPartition();
        int[] home = new int[jobs.size()];
        int position = 0;
        for (JobSpec<T> job : jobs) {
            int partition = partitionOf(job.id());
            home[position++] = partition;
            outgoing.get(partition).add(calls(partition).outgoing(job, position, jobs.size()));
        }
        if (home.length == 0) {
            return List.of();
        }
        open();
        List<List<Command<Value>>> commands = perPartition();
        for (int i = 0; i < partitions.size(); i++) {
            for (List<QueueCalls.Outgoing> chunk : QueueCalls.chunks(outgoing.get(i), its -> its, false)) {
                commands.get(i).add(calls(i).enqueue(chunk));
            }
        }
        List<List<EnqueueOutcome>> each = perPartition();
        List<List<Value>> replies = run(commands);
        for (int i = 0; i < partitions.size(); i++) {
            for (Value reply : replies.get(i)) {
                QueueCalls.outcomes(reply, each.get(i));
            }
        }
        List<EnqueueOutcome> outcomes = inOrder(home, each);
        announce(outcomes);
        return outcomes;
    }

    // ---- consuming ----

    /**
     * As {@link JobQueue#claim}, of all partitions in turn.
     *
     * @param most 1 to 1,000
     */
    public List<Job<T>> claim(int most) {
        return taken(most, false);
    }

    /**
     * As {@link JobQueue#dequeueAtMostOnce}, of all partitions in turn.
     *
     * @param most 1 to 1,000
     */
    public List<Job<T>> dequeueAtMostOnce(int most) {
        return taken(most, true);
    }

    private List<Job<T>> taken(int most, boolean forGood) {
        JobQueue.checkMost(most, 1);
        open();
        int[] asked = equalShares(most);
        int[] got = new int[asked.length];
        List<Job<T>> jobs = new ArrayList<>(most);
        take(asked, forGood, got, jobs);
        fill(most, asked, got, forGood, jobs);
        return jobs;
    }

    /** As {@link JobQueue#settle}: each job's lease ends in its partition, and the next are claimed from all. */
    public Settlement<T> settle(List<Job<T>> acks, List<Nack<T>> nacks, int next) {
        Settled<T> settled = settled(acks, nacks, next);
        return new Settlement<>(settled.acks(), settled.nacks(), settled.claimed());
    }

    @Override
    Settled<T> settled(List<Job<T>> acks, List<Nack<T>> nacks, int next) {
        JobQueue.checkSettlement(nacks, next);
        if (acks.isEmpty() && nacks.isEmpty() && next == 0) {
            return Settled.nothing();
        }
        open();
        int[] homeOfAcks = homes(acks);
        int[] homeOfNacks = homes(nacks.stream().map(Nack::job).toList());
        List<List<Job<T>>> acksOf = divided(acks, homeOfAcks);
        List<List<Nack<T>>> nacksOf = divided(nacks, homeOfNacks);
        int[] asked = equalShares(next);
        List<List<Command<Value>>> commands = perPartition();
        for (int i = 0; i < partitions.size(); i++) {
            if (asked[i] > 0 || !acksOf.get(i).isEmpty() || !nacksOf.get(i).isEmpty()) {
                commands.get(i).addAll(calls(i).settles(acksOf.get(i), nacksOf.get(i), asked[i]));
            }
        }
        List<List<Value>> replies = run(commands);
        List<List<SettleOutcome>> ackOutcomes = perPartition();
        List<List<SettleOutcome>> nackOutcomes = perPartition();
        List<Job<T>> claimed = new ArrayList<>(next);
        int[] got = new int[asked.length];
        long due = -1;
        for (int i = 0; i < partitions.size(); i++) {
            if (!replies.get(i).isEmpty()) {
                Settled<T> settled =
                        calls(i).settled(replies.get(i), acksOf.get(i).size());
                ackOutcomes.get(i).addAll(settled.acks());
                nackOutcomes.get(i).addAll(settled.nacks());
                claimed.addAll(settled.claimed());
                got[i] = settled.claimed().size();
                due = settled.dueInMillis() < 0 || (due >= 0 && due < settled.dueInMillis())
                        ? due
                        : settled.dueInMillis();
            }
        }
        fill(next, asked, got, false, claimed);
        return new Settled<>(inOrder(homeOfAcks, ackOutcomes), inOrder(homeOfNacks, nackOutcomes), claimed, due);
    }

    /** As {@link JobQueue#extend}. */
    @Override
    public List<Boolean> extend(List<Job<T>> jobs) {
        if (jobs.isEmpty()) {
            return List.of();
        }
        open();
        int[] home = homes(jobs);
        List<List<Job<T>>> jobsOf = divided(jobs, home);
        List<List<Command<Value>>> commands = perPartition();
        for (int i = 0; i < partitions.size(); i++) {
            commands.get(i).addAll(calls(i).extensions(jobsOf.get(i), -1));
        }
        return inOrder(home, run(commands).stream().map(QueueCalls::held).toList());
    }

    /** As {@link JobQueue#progress}. */
    public boolean progress(Job<T> job, int percent) {
        return partitions.get(partitionOf(job.id())).progress(job, percent);
    }

    /**
     * A worker that handles the jobs of all partitions. What was enqueued elsewhere, or becomes due, is seen by its next
     * look ({@link WorkerOptions#poll}).
     *
     * @param handler called on virtual threads, several at once
     */
    public Worker<T> work(WorkerOptions how, JobHandler<T> handler) {
        return Worker.start(this, how, handler);
    }

    // ---- looking, administering ----

    /**
     * The numbers of all partitions as those of one queue: sums, the greatest age; paused if all partitions are. Each
     * partition's are of one moment, but not of the same.
     */
    public QueueStatistics statistics() {
        open();
        return QueueStatistics.sum(
                statistics(IntStream.range(0, partitions.size()).boxed().toList()));
    }

    private List<QueueStatistics> statistics(List<Integer> of) {
        List<List<Command<Value>>> commands = perPartition();
        of.forEach(partition -> commands.get(partition).add(calls(partition).statistics()));
        List<List<Value>> replies = run(commands);
        return of.stream()
                .map(partition ->
                        calls(partition).statistics(replies.get(partition).getFirst()))
                .toList();
    }

    /** What an operator does to all partitions. */
    public PartitionedAdmin<T> admin() {
        return new PartitionedAdmin<>(this);
    }

    // ---- shares ----

    /** So many over all partitions, what can't be divided going to another few each time. */
    private int[] equalShares(int most) {
        int count = partitions.size();
        int[] shares = new int[count];
        Arrays.fill(shares, most / count);
        int rest = most % count;
        int first = Math.floorMod(turn.getAndAdd(Math.max(1, rest)), count);
        for (int i = 0; i < rest; i++) {
            shares[(first + i) % count]++;
        }
        return shares;
    }

    private void take(int[] asked, boolean forGood, int[] got, List<Job<T>> into) {
        List<List<Command<Value>>> commands = perPartition();
        for (int i = 0; i < asked.length; i++) {
            if (asked[i] > 0) {
                commands.get(i).add(calls(i).claim(asked[i], forGood));
            }
        }
        List<List<Value>> replies = run(commands);
        for (int i = 0; i < asked.length; i++) {
            for (Value reply : replies.get(i)) {
                List<Job<T>> jobs = calls(i).taken(reply).jobs();
                got[i] += jobs.size();
                into.addAll(jobs);
            }
        }
    }

    /**
     * Takes what is missing from those partitions that gave all they were asked for. They are asked how much they have
     * first: to claim the missing number from each of them would be to claim too much.
     */
    private void fill(int most, int[] asked, int[] got, boolean forGood, List<Job<T>> jobs) {
        List<Integer> mayHaveMore = IntStream.range(0, asked.length)
                .filter(i -> got[i] == asked[i])
                .boxed()
                .toList();
        int missing = most - jobs.size();
        if (missing <= 0 || mayHaveMore.isEmpty()) {
            return;
        }
        long[] left = new long[asked.length];
        List<QueueStatistics> numbers = statistics(mayHaveMore);
        for (int i = 0; i < numbers.size(); i++) {
            QueueStatistics its = numbers.get(i);
            left[mayHaveMore.get(i)] = its.paused() ? 0 : its.waiting() - its.delayed() + its.overdue();
        }
        int[] more = shares(missing, left);
        if (Arrays.stream(more).anyMatch(share -> share > 0)) {
            take(more, forGood, got, jobs);
        }
    }

    /** So many in all, by turns from those that have some left. */
    private static int[] shares(int most, long[] left) {
        int[] shares = new int[left.length];
        boolean any = true;
        int missing = most;
        while (any && missing > 0) {
            any = false;
            for (int i = 0; i < left.length && missing > 0; i++) {
                if (left[i] > shares[i]) {
                    shares[i]++;
                    missing--;
                    any = true;
                }
            }
        }
        return shares;
    }

    // ---- dividing, running ----

    private QueueCalls<T> calls(int partition) {
        return partitions.get(partition).calls();
    }

    private <E> List<List<E>> perPartition() {
        return partitions.stream().<List<E>>map(unused -> new ArrayList<>()).toList();
    }

    private int[] homes(List<Job<T>> jobs) {
        return jobs.stream().mapToInt(job -> partitionOf(job.id())).toArray();
    }

    private <E> List<List<E>> divided(List<E> items, int[] home) {
        List<List<E>> divided = perPartition();
        int position = 0;
        for (E item : items) {
            divided.get(home[position++]).add(item);
        }
        return divided;
    }

    /** What was {@link #divided}, or became of it, in its first order. */
    private static <E> List<E> inOrder(int[] home, List<List<E>> divided) {
        int[] next = new int[divided.size()];
        List<E> items = new ArrayList<>(home.length);
        for (int partition : home) {
            items.add(divided.get(partition).get(next[partition]++));
        }
        return items;
    }

    /**
     * Sends each partition its commands in order, all partitions at once.
     *
     * @throws MillraceException what the first to fail failed with, when all that went with it have their answers
     */
    private List<List<Value>> run(List<List<Command<Value>>> commands) {
        int each = Math.max(1, CALLS / partitions.size());
        int longest = commands.stream().mapToInt(List::size).max().orElse(0);
        List<List<Value>> values = perPartition();
        for (int from = 0; from < longest; from += each) {
            Batch batch = new Batch(dispatch::run, timeout);
            List<List<Reply<Value>>> replies = perPartition();
            for (int i = 0; i < partitions.size(); i++) {
                List<Command<Value>> its = commands.get(i);
                for (int j = from; j < Math.min(its.size(), from + each); j++) {
                    replies.get(i).add(batch.add(its.get(j)));
                }
            }
            batch.run();
            for (int i = 0; i < partitions.size(); i++) {
                for (Reply<Value> reply : replies.get(i)) {
                    values.get(i).add(Objects.requireNonNull(reply.get()));
                }
            }
        }
        return values;
    }

    /**
     * Asks once, of all partitions in one trip, what {@link JobQueue} asks of one, and whether their number is the
     * queue's; the first to come writes it down.
     */
    private void open() {
        if (opened) {
            return;
        }
        String first = QueueKeys.state(partitions.getFirst().options().name());
        List<List<Command<Value>>> commands = perPartition();
        for (int i = 0; i < partitions.size(); i++) {
            commands.get(i).add(calls(i).open());
        }
        commands.getFirst()
                .add(Command.of("HSETNX", first, "partitions", partitions.size())
                        .idempotent());
        commands.getFirst().add(Command.of("HGET", first, "partitions").idempotent());
        List<List<Value>> replies = run(commands);
        int number = Integer.parseInt(replies.getFirst().get(2).asText());
        if (number != partitions.size()) {
            throw new Misuse("the queue has " + number + " partitions, these are " + partitions.size()
                            + "; their number is for the queue's life")
                    .raised();
        }
        for (int i = 0; i < partitions.size(); i++) {
            partitions.get(i).opened(replies.get(i).getFirst());
        }
        opened = true;
    }

    @Override
    public String toString() {
        return "PartitionedQueue[" + options.name() + ", " + partitions.size() + " partitions]";
    }
}
