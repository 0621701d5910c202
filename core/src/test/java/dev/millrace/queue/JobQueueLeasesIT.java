package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.command.Command;
import dev.millrace.command.Value;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose job it is: leases that run out, come back, are extended; and that what a former holder says changes nothing. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class JobQueueLeasesIT {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final QueueOptions<String> OPTIONS =
            QueueOptions.strings("leases").lease(LEASE).deliveries(3).build();

    private static TestDeployment server;
    private QueueFixture client;
    private JobQueue<String> queue;

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
        queue = client.queue(OPTIONS);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private void enqueue(String... ids) {
        for (String id : ids) {
            queue.enqueue(JobSpec.builder("payload").id(id).build());
        }
    }

    private static List<String> ids(List<Job<String>> jobs) {
        return jobs.stream().map(Job::id).toList();
    }

    /** All that the queue's keys hold, but for its counters. */
    private List<Value> picture() {
        List<Command<Value>> commands = new ArrayList<>();
        for (String hash : List.of("job", "meta", "error", "types")) {
            commands.add(Command.of("HGETALL", (Object) QueueFixture.key(OPTIONS, hash)));
        }
        for (String index : List.of("delayed", "leased", "done", "failed", "dead", "dedup", "ready:0")) {
            commands.add(Command.of("ZRANGE", QueueFixture.key(OPTIONS, index), 0, -1, "WITHSCORES"));
        }
        return client.runAll(commands);
    }

    /** Everything a former holder can say of a job; all of it must be stale, and leave no trace. */
    private void assertStale(Job<String> job) {
        List<Value> before = picture();
        assertThat(queue.settle(List.of(job), List.of(), 0).acks()).containsExactly(SettleOutcome.STALE);
        for (Verdict verdict : List.of(
                Verdict.retry("late"),
                Verdict.cancel("late"),
                Verdict.giveUp("late"),
                Verdict.snooze(Duration.ofSeconds(1)),
                Verdict.handBack())) {
            assertThat(queue.settle(List.of(), List.of(new Nack<>(job, verdict)), 0)
                            .nacks())
                    .containsExactly(SettleOutcome.STALE);
        }
        assertThat(queue.extend(List.of(job))).containsExactly(false);
        assertThat(queue.progress(job, 50)).isFalse();
        assertThat(picture()).isEqualTo(before);
    }

    @Test
    void lease_thatRunsOut_returnsTheJobToItsOldPlace() {
        enqueue("a", "b", "c");
        assertThat(ids(queue.claim(2))).containsExactly("a", "b");
        client.advance(LEASE.minusMillis(1));
        assertThat(ids(queue.claim(1))).containsExactly("c");
        client.advance(Duration.ofMillis(1));
        List<Job<String>> again = queue.claim(5);
        assertThat(ids(again)).containsExactly("a", "b");
        assertThat(again).allSatisfy(job -> {
            assertThat(job.deliveries()).isEqualTo(1);
            assertThat(job.attempts()).isZero();
        });
    }

    @Test
    void lease_thatRunsOutTooOften_isADeadLetter() {
        enqueue("poison");
        for (int i = 0; i < 3; i++) {
            assertThat(queue.claim(1)).hasSize(1);
            client.advance(LEASE);
        }
        assertThat(queue.claim(1)).isEmpty();
        assertThat(queue.admin().deadLetters(0, 10)).singleElement().satisfies(dead -> {
            assertThat(dead.error()).isEqualTo("its lease ran out 3 times");
            assertThat(dead.deliveries()).isEqualTo(3);
            assertThat(dead.attempts()).isZero();
        });
    }

    @Test
    void attemptsAndDeliveries_areCountedApart() {
        JobQueue<String> both = client.queue(QueueOptions.strings("both")
                .lease(LEASE)
                .attempts(3)
                .deliveries(3)
                .backoff(Backoff.none())
                .build());
        both.enqueue("x");
        for (int i = 0; i < 2; i++) {
            both.claim(1);
            client.advance(LEASE);
            Job<String> job = both.claim(1).getFirst();
            both.settle(List.of(), List.of(new Nack<>(job, Verdict.retry("failed"))), 0);
        }
        assertThat(both.claim(1)).singleElement().satisfies(job -> {
            assertThat(job.attempts()).isEqualTo(2);
            assertThat(job.deliveries()).isEqualTo(2);
        });
    }

    @Test
    void settle_afterTheLeaseRanOutAndBeforeItIsTakenBack_counts() {
        enqueue("a");
        List<Job<String>> held = queue.claim(1);
        client.advance(LEASE.multipliedBy(2));
        assertThat(queue.settle(held, List.of(), 5).acks()).containsExactly(SettleOutcome.DONE);
        assertThat(queue.claim(1)).isEmpty();
    }

    @Test
    void formerHolder_ofAJobThatWasTakenBack_changesNothing() {
        enqueue("a", "b");
        queue.admin().pause();
        queue.admin().resume();
        Job<String> job = queue.claim(1).getFirst();
        client.advance(LEASE);
        queue.admin().pause();
        assertThat(queue.claim(1)).isEmpty(); // takes back, hands out nothing
        assertStale(job);
    }

    @Test
    void formerHolder_ofAJobThatSomeoneElseHas_changesNothing() {
        enqueue("a");
        Job<String> former = queue.claim(1).getFirst();
        client.advance(LEASE);
        Job<String> holder = queue.claim(1).getFirst();
        assertStale(former);
        assertThat(queue.settle(List.of(holder), List.of(), 0).acks()).containsExactly(SettleOutcome.DONE);
        assertStale(former);
        assertStale(holder);
    }

    @Test
    void formerHolder_ofAnIdThatWasRemovedAndEnqueuedAndClaimedAnew_changesNothing() {
        enqueue("a");
        Job<String> former = queue.claim(1).getFirst();
        assertThat(queue.admin().remove(List.of("a"))).isEqualTo(1);
        assertStale(former);
        enqueue("a");
        assertStale(former);
        queue.claim(1);
        assertStale(former);
    }

    @Test
    void formerHolder_fromBeforeTheServerLostEverything_changesNothing() {
        enqueue("a");
        Job<String> former = queue.claim(1).getFirst();
        server.ask("FLUSHALL");
        client.advance(Duration.ofMillis(1));
        enqueue("a");
        queue.claim(1);
        assertStale(former);
    }

    @Test
    void settle_aJobTwiceInOneCall_countsOnce() {
        enqueue("a", "b");
        List<Job<String>> jobs = queue.claim(2);
        Job<String> a = jobs.get(0);
        Settlement<String> settlement =
                queue.settle(List.of(a, jobs.get(1), a), List.of(new Nack<>(a, Verdict.retry("also failed"))), 0);
        assertThat(settlement.acks()).containsExactly(SettleOutcome.DONE, SettleOutcome.DONE, SettleOutcome.STALE);
        assertThat(settlement.nacks()).containsExactly(SettleOutcome.STALE);
        assertThat(queue.statistics().counters().completed()).isEqualTo(2);
    }

    @Test
    void extend_heldJobs_keepsThem() {
        enqueue("a", "b");
        List<Job<String>> held = queue.claim(2);
        for (int i = 0; i < 5; i++) {
            client.advance(LEASE.minusMillis(1));
            assertThat(queue.extend(held)).containsExactly(true, true);
            assertThat(queue.claim(1)).isEmpty();
        }
        assertThat(queue.admin().peek(JobState.LEASED, 0, 5))
                .allSatisfy(job -> assertThat(job.at())
                        .isEqualTo(Instant.ofEpochMilli(client.now).plus(LEASE)));
        assertThat(queue.settle(held, List.of(), 0).acks()).containsOnly(SettleOutcome.DONE);
    }

    @Test
    void progress_ofAHeldJob_isSeenAndKeepsIt() {
        enqueue("a");
        Job<String> job = queue.claim(1).getFirst();
        assertThat(queue.admin().find(List.of("a")).getFirst().progress()).isEqualTo(-1);
        client.advance(LEASE.minusMillis(1));
        assertThat(queue.progress(job, 0)).isTrue();
        assertThat(queue.progress(job, 100)).isTrue();
        assertThat(queue.admin().find(List.of("a")).getFirst().progress()).isEqualTo(100);
        client.advance(LEASE.minusMillis(1));
        assertThat(queue.claim(1)).isEmpty();
        assertThat(queue.settle(List.of(job), List.of(), 0).acks()).containsExactly(SettleOutcome.DONE);
    }

    @Test
    void lease_byTheServersClock_runsOutThere() {
        JobQueue<String> quick = client.realTime(QueueOptions.strings("quick")
                .lease(Duration.ofMillis(20))
                .deliveries(100)
                .build());
        quick.enqueue(JobSpec.builder("x").id("a").build());
        Job<String> first = quick.claim(1).getFirst();
        List<Job<String>> again = new ArrayList<>();
        Await.until(Duration.ofSeconds(10), () -> again.addAll(quick.claim(1)), () -> "no job");
        assertThat(again.getFirst().deliveries()).isEqualTo(1);
        assertThat(quick.settle(List.of(first), List.of(), 0).acks()).containsExactly(SettleOutcome.STALE);
    }
}
