package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.command.Command;
import dev.millrace.command.Misuse;
import dev.millrace.command.Value;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A queue over several slots: nothing of it may be seen but in the order of jobs of different partitions. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class PartitionedQueueIT {
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static TestDeployment server;
    private QueueFixture client;

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() {
        server.ask("FLUSHALL");
        client = QueueFixture.of(server);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static QueueOptions.Builder<String> options() {
        return QueueOptions.strings("mail {1}")
                .lanes(new Lane("live", 3), new Lane("bulk", 1))
                .lease(LEASE)
                .backoff(Backoff.none())
                .completed(Retention.ofCount(-1))
                .failed(Retention.ofCount(-1))
                .deduplication(Deduplication.of(Deduplication.Scope.RETAINED, Deduplication.Mode.IGNORE));
    }

    private static JobSpec<String> job(String id) {
        return JobSpec.builder("payload of " + id).id(id).build();
    }

    private static List<JobSpec<String>> jobs(int count) {
        return IntStream.range(0, count).mapToObj(i -> job("j" + i)).toList();
    }

    private static List<String> ids(List<Job<String>> jobs) {
        return jobs.stream().map(Job::id).toList();
    }

    /** What each id is, by the answers so far. */
    private static final class Model {
        final Set<String> ready = new TreeSet<>();
        final Map<String, Job<String>> leased = new TreeMap<>();
        final Set<String> done = new HashSet<>();
        final Set<String> dead = new HashSet<>();

        boolean knows(String id) {
            return ready.contains(id) || leased.containsKey(id) || done.contains(id) || dead.contains(id);
        }

        void claimed(List<Job<String>> jobs, int most) {
            assertThat(jobs).hasSize(Math.min(most, ready.size()));
            for (Job<String> job : jobs) {
                assertThat(ready.remove(job.id())).as("%s was ready", job.id()).isTrue();
                assertThat(job.payload()).isEqualTo("payload of " + job.id());
                leased.put(job.id(), job);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void queue_underRandomOperations_isWhatOneQueueWouldBe(int partitions) {
        PartitionedQueue<String> queue = client.partitions(options().build(), partitions);
        Random random = new Random(partitions);
        Model model = new Model();
        long duplicates = 0;
        for (int step = 0; step < 60; step++) {
            List<JobSpec<String>> batch = IntStream.range(0, random.nextInt(80))
                    .mapToObj(unused -> job("j" + random.nextInt(2_000)))
                    .toList();
            List<EnqueueOutcome> outcomes = queue.enqueueBatch(batch);
            assertThat(outcomes).hasSameSizeAs(batch);
            for (int i = 0; i < batch.size(); i++) {
                String id = batch.get(i).id();
                assertThat(outcomes.get(i)).isEqualTo(model.knows(id) ? EnqueueOutcome.DUPLICATE : EnqueueOutcome.NEW);
                duplicates += model.knows(id) ? 1 : 0;
                if (!model.knows(id)) {
                    model.ready.add(id);
                }
            }
            int most = 1 + random.nextInt(60);
            model.claimed(queue.claim(most), most);

            List<Job<String>> acks = new ArrayList<>();
            List<Nack<String>> nacks = new ArrayList<>();
            for (Job<String> job : List.copyOf(model.leased.values())) {
                switch (random.nextInt(5)) {
                    case 0, 1 -> acks.add(job);
                    case 2 -> nacks.add(new Nack<>(job, Verdict.giveUp("bad")));
                    case 3 -> nacks.add(new Nack<>(job, Verdict.handBack()));
                    default -> {
                        // It stays leased.
                    }
                }
            }
            int next = random.nextInt(30);
            Settlement<String> settlement = queue.settle(acks, nacks, next);
            assertThat(settlement.acks()).hasSameSizeAs(acks).allMatch(outcome -> outcome == SettleOutcome.DONE);
            for (Job<String> job : acks) {
                model.leased.remove(job.id());
                model.done.add(job.id());
            }
            for (int i = 0; i < nacks.size(); i++) {
                boolean back = nacks.get(i).verdict() instanceof Verdict.HandBack;
                assertThat(settlement.nacks().get(i))
                        .isEqualTo(back ? SettleOutcome.HANDED_BACK : SettleOutcome.GIVEN_UP);
                String id = nacks.get(i).job().id();
                model.leased.remove(id);
                (back ? model.ready : model.dead).add(id);
            }
            model.claimed(settlement.claimed(), next);

            QueueStatistics statistics = queue.statistics();
            assertThat(statistics.ready().get("live")).isEqualTo(model.ready.size());
            assertThat(statistics.leased()).isEqualTo(model.leased.size());
            assertThat(statistics.done()).isEqualTo(model.done.size());
            assertThat(statistics.dead()).isEqualTo(model.dead.size());
            assertThat(statistics.counters().duplicates()).isEqualTo(duplicates);
        }
        assertThat(queue.statistics()).isEqualTo(recount(queue, queue.statistics()));
        assertThat(queue.admin().audit(false).isClean()).isTrue();
        assertThat(queue.extend(List.copyOf(model.leased.values()))).doesNotContain(false);
        assertThat(queue.settle(List.copyOf(model.leased.values()), List.of(), 0)
                        .acks())
                .containsOnly(SettleOutcome.DONE);
    }

    /** The same numbers, counted by plain commands over the keys of all partitions. */
    private QueueStatistics recount(PartitionedQueue<String> queue, QueueStatistics rest) {
        Map<String, Long> ready = new TreeMap<>();
        long[] sizes = new long[5];
        for (JobQueue<String> partition : queue.partitions()) {
            List<Command<Value>> commands = new ArrayList<>();
            for (String index : List.of("ready:0", "ready:1", "delayed", "leased", "done", "failed", "dead")) {
                commands.add(Command.of("ZCARD", (Object) QueueFixture.key(partition.options(), index)));
            }
            List<Value> replies = client.runAll(commands);
            ready.merge("live", replies.get(0).asLong(), Long::sum);
            ready.merge("bulk", replies.get(1).asLong(), Long::sum);
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] += replies.get(2 + i).asLong();
            }
        }
        return new QueueStatistics(
                false,
                ready,
                sizes[0],
                sizes[1],
                sizes[2],
                sizes[3],
                sizes[4],
                rest.overdue(),
                rest.oldestAge(),
                rest.waitingByType(),
                rest.counters());
    }

    @Test
    void enqueue_manyInOneBatch_isSpreadAndEachPartitionKeepsItsOrder() {
        PartitionedQueue<String> queue = client.partitions(options().build(), 4);
        List<JobSpec<String>> many = jobs(9_000);
        assertThat(queue.enqueueBatch(many)).containsOnly(EnqueueOutcome.NEW);
        assertThat(queue.enqueueBatch(many)).containsOnly(EnqueueOutcome.DUPLICATE);
        for (int i = 0; i < 4; i++) {
            int partition = i;
            List<String> own = many.stream()
                    .map(JobSpec::id)
                    .filter(id -> queue.partitionOf(id) == partition)
                    .toList();
            assertThat(own).hasSizeBetween(2_000, 2_500);
            assertThat(ids(queue.partitions().get(i).claim(1_000))).isEqualTo(own.subList(0, 1_000));
        }
        assertThatThrownBy(() -> queue.enqueueBatch(
                        List.of(job("a"), JobSpec.builder("x").lane("none").build())))
                .hasMessageStartingWith("job 2 of 2 is for a lane");
        assertThat(queue.enqueueBatch(List.of())).isEmpty();
    }

    @Test
    void claim_takesFromAllAlike_andTheRestFromWhoHasMore() {
        PartitionedQueue<String> queue = client.partitions(options().build(), 4);
        queue.enqueueBatch(jobs(400));
        Map<Integer, Integer> taken = new TreeMap<>();
        queue.claim(40).forEach(job -> taken.merge(queue.partitionOf(job.id()), 1, Integer::sum));
        assertThat(taken).isEqualTo(Map.of(0, 10, 1, 10, 2, 10, 3, 10));
        for (int i = 0; i < 3; i++) {
            queue.partitions().get(i).admin().drain();
        }
        long left = queue.statistics().waiting();
        assertThat(queue.claim(50)).hasSize(50);
        for (int i = 0; i < left - 50; i++) {
            assertThat(queue.claim(1)).hasSize(1);
        }
        assertThat(queue.claim(1)).isEmpty();
        client.advance(LEASE.plusMillis(1));
        assertThat(queue.claim(1_000)).hasSize((int) left + 40);
        queue.enqueueBatch(List.of(job("for good")));
        assertThat(ids(queue.dequeueAtMostOnce(5))).containsExactly("for good");
    }

    @Test
    void partitions_ofAnotherNumber_areRefused() {
        client.partitions(options().build(), 4).enqueue(job("a"));
        PartitionedQueue<String> other = client.partitions(options().build(), 5);
        assertThatThrownBy(() -> other.enqueue(job("a")))
                .isInstanceOf(Misuse.class)
                .hasMessageContaining("has 4 partitions, these are 5");
        assertThatThrownBy(other::statistics).isInstanceOf(Misuse.class);
        assertThatThrownBy(() -> client.partitions(options().build(), 0)).hasMessageContaining("from 1 to 256");
        assertThatThrownBy(() -> client.partitions(options().build(), 257)).hasMessageContaining("from 1 to 256");
        assertThat(client.partitions(options().build(), 4).enqueue(job("a"))).isEqualTo(EnqueueOutcome.DUPLICATE);
    }

    @Test
    void admin_actsOnAllPartitions() {
        PartitionedQueue<String> queue = client.partitions(options().build(), 3);
        PartitionedAdmin<String> admin = queue.admin();
        queue.enqueueBatch(jobs(60));
        assertThat(admin.pause()).isTrue();
        assertThat(admin.pause()).isFalse();
        assertThat(queue.statistics().paused()).isTrue();
        assertThat(queue.claim(60)).isEmpty();
        assertThat(admin.resume()).isTrue();
        assertThat(queue.statistics().paused()).isFalse();

        List<Job<String>> held = queue.claim(30);
        queue.settle(
                List.of(),
                held.stream().map(job -> new Nack<>(job, Verdict.giveUp("bad"))).toList(),
                0);
        assertThat(admin.peek(JobState.DEAD, 1_000).stream().map(StoredJob::id))
                .containsExactlyInAnyOrderElementsOf(ids(held));
        assertThat(admin.peek(JobState.READY, 10))
                .hasSize(10)
                .allSatisfy(job -> assertThat(job.state()).isEqualTo(JobState.READY));
        assertThat(admin.find(List.of("j1", "j2", "none")).stream().map(StoredJob::id))
                .containsExactlyInAnyOrder("j1", "j2");
        assertThat(admin.replay(ids(held).subList(0, 10))).isEqualTo(10);
        assertThat(admin.replay()).isEqualTo(20);
        assertThat(admin.remove(List.of("j1", "j2", "none"))).isEqualTo(2);
        assertThat(admin.drain()).isEqualTo(58);
        assertThat(admin.purge(JobState.DEAD)).isZero();
        assertThat(queue.statistics().waiting()).isZero();
    }

    @Test
    void worker_overAllPartitions_handlesEachJobOnce() {
        try (Millrace redis = Millrace.connect(
                server.options().commandTimeout(QueueFixture.PATIENT).build())) {
            PartitionedQueue<String> queue = redis.queuePartitions(options().build(), 5);
            queue.enqueueBatch(jobs(2_000));
            Map<String, Integer> handled = new ConcurrentHashMap<>();
            try (Worker<String> unused = queue.work(WorkerOptions.ofConcurrency(20), job -> {
                handled.merge(job.id(), 1, Integer::sum);
                return Verdict.done();
            })) {
                queue.enqueue(job("late"));
                Await.until(
                        QueueFixture.PATIENT,
                        () -> queue.statistics().done() == 2_001,
                        () -> "not done: " + queue.statistics());
            }
            assertThat(handled).hasSize(2_001);
            assertThat(handled.values()).containsOnly(1);
            assertThat(redis.queues().names()).hasSize(5).contains("mail {1}/0", "mail {1}/4");
        }
    }
}
