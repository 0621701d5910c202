package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.TestProxies;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.ServerError;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replies that are lost, and a server that is full: nothing is lost and nothing is there twice. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class JobQueueFaultsIT {
    private static final QueueOptions<String> OPTIONS =
            QueueOptions.strings("faults").lease(Duration.ofMillis(500)).build();

    private static TestDeployment server;
    private TestProxies proxy;

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startProxy() {
        server.ask("FLUSHALL");
        proxy = server.proxies();
    }

    @AfterEach
    void stopProxy() {
        server.ask("CONFIG", "SET", "maxmemory", "0");
        proxy.close();
    }

    private Millrace impatient() {
        return Millrace.connect(
                server.options(proxy).commandTimeout(Duration.ofMillis(400)).build());
    }

    /** The reply that is lost below is then that of the script itself, not NOSCRIPT. */
    private static void loadScripts(JobQueue<String> queue) {
        queue.enqueue("first");
        queue.settle(queue.claim(1), List.of(), 0);
    }

    @Test
    void enqueue_againAfterALostReply_isADuplicateAndOneJob() {
        try (Millrace redis = impatient();
                Millrace direct = Millrace.connect(server.options().build())) {
            JobQueue<String> queue = redis.queue(OPTIONS);
            queue.enqueue("opens the queue");
            JobQueue<String> seen = direct.queue(OPTIONS);
            List<JobSpec<String>> jobs = List.of(JobSpec.of("a"), JobSpec.of("b"));
            proxy.dropReply(1);
            assertThatThrownBy(() -> queue.enqueueBatch(jobs)).isInstanceOf(OutcomeUnknown.class);
            assertThat(seen.statistics().counters().enqueued()).isEqualTo(3);
            proxy.heal();
            assertThat(seen.enqueueBatch(jobs)).containsOnly(EnqueueOutcome.DUPLICATE);
            assertThat(seen.statistics().waiting()).isEqualTo(3);
        }
    }

    @Test
    void claim_whoseReplyIsLost_returnsItsJobsWhenTheLeaseEnds() {
        try (Millrace redis = impatient();
                Millrace direct = Millrace.connect(server.options().build())) {
            JobQueue<String> queue = redis.queue(OPTIONS);
            JobQueue<String> seen = direct.queue(OPTIONS);
            loadScripts(seen);
            queue.enqueueBatch(List.of(JobSpec.of("a"), JobSpec.of("b")));
            proxy.dropReply(1);
            assertThatThrownBy(() -> queue.claim(2)).isInstanceOf(OutcomeUnknown.class);
            List<Job<String>> again = new ArrayList<>();
            Await.until(
                    Duration.ofSeconds(20),
                    () -> {
                        again.addAll(seen.claim(2));
                        return again.size() == 2;
                    },
                    () -> "came back: " + again);
            assertThat(again.stream().map(Job::payload)).containsExactly("a", "b");
            assertThat(again).allSatisfy(job -> assertThat(job.deliveries()).isPositive());
        }
    }

    @Test
    void settle_againAfterALostReply_isStaleAndCountedOnce() {
        try (Millrace redis = impatient();
                Millrace direct = Millrace.connect(server.options().build())) {
            JobQueue<String> queue = redis.queue(OPTIONS);
            JobQueue<String> seen = direct.queue(OPTIONS);
            loadScripts(seen);
            queue.enqueueBatch(List.of(JobSpec.of("a"), JobSpec.of("b")));
            List<Job<String>> held = queue.claim(2);
            proxy.dropReply(1);
            assertThatThrownBy(() -> queue.settle(held, List.of(), 0)).isInstanceOf(OutcomeUnknown.class);
            assertThat(seen.settle(held, List.of(), 0).acks()).containsOnly(SettleOutcome.STALE);
            assertThat(seen.statistics().counters().completed()).isEqualTo(3);
        }
    }

    @Test
    void server_thatIsFull_takesNothingHalfAndLetsJobsEnd() {
        QueueOptions<String> patient = QueueOptions.strings("full").build();
        try (Millrace redis = Millrace.connect(server.options().build())) {
            JobQueue<String> queue = redis.queue(patient);
            queue.enqueueBatch(IntStream.range(0, 100)
                    .mapToObj(
                            i -> JobSpec.builder("x".repeat(1_000)).id("j" + i).build())
                    .toList());
            List<Job<String>> held = queue.claim(10);
            QueueStatistics before = queue.statistics();
            server.ask("CONFIG", "SET", "maxmemory", "1");
            assertThatThrownBy(() -> queue.enqueueBatch(List.of(JobSpec.of("one"), JobSpec.of("two"))))
                    .isInstanceOf(ServerError.OutOfMemory.class);
            Settlement<String> settlement = queue.settle(
                    held.subList(0, 8),
                    List.of(
                            new Nack<>(held.get(8), Verdict.retry("later")),
                            new Nack<>(held.get(9), Verdict.giveUp("never"))),
                    20);
            assertThat(settlement.acks()).containsOnly(SettleOutcome.DONE);
            assertThat(settlement.claimed()).hasSize(20);
            server.ask("CONFIG", "SET", "maxmemory", "0");
            QueueStatistics after = queue.statistics();
            assertThat(after.counters().enqueued()).isEqualTo(before.counters().enqueued());
            assertThat(after.waiting()).isEqualTo(71);
            assertThat(after.leased()).isEqualTo(20);
            assertThat(queue.admin().audit(true).isClean()).isTrue();
        }
    }

    @Test
    void server_thatMayEvictJobs_isWarnedOfOnce() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream before = System.err;
        try (Millrace redis = Millrace.connect(server.options().build())) {
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
            server.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
            JobQueue<String> queue = redis.queue(QueueOptions.strings("evicted").build());
            queue.enqueue("x");
            queue.claim(1);
            server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
            redis.queue(QueueOptions.strings("kept").build()).enqueue("x");
            assertThat(log.toString(StandardCharsets.UTF_8))
                    .containsOnlyOnce("may evict jobs: its maxmemory-policy is allkeys-lru; set it to noeviction");
        } finally {
            System.setErr(before);
            server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
        }
    }
}
