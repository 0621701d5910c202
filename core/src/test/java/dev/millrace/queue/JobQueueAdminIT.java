package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.command.Command;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator does, and that an audit mends what the scripts never do. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class JobQueueAdminIT {
    private static final QueueOptions<String> OPTIONS = QueueOptions.strings("admin")
            .lanes(new Lane("one", 1), new Lane("two", 1))
            .build();

    private static TestDeployment server;
    private QueueFixture client;
    private JobQueue<String> queue;
    private QueueAdmin<String> admin;

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
        admin = queue.admin();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private void enqueue(String... ids) {
        for (String id : ids) {
            queue.enqueue(JobSpec.builder("payload of " + id).id(id).type("t").build());
        }
    }

    private static List<String> ids(List<StoredJob<String>> jobs) {
        return jobs.stream().map(StoredJob::id).toList();
    }

    private void giveUp(int jobs) {
        queue.settle(
                List.of(),
                queue.claim(jobs).stream()
                        .map(job -> new Nack<>(job, Verdict.giveUp("bad")))
                        .toList(),
                0);
    }

    // ---- orders ----

    @Test
    void pause_handsOutNothingAndTakesTheRest() {
        enqueue("a", "b");
        List<Job<String>> held = queue.claim(1);
        assertThat(admin.pause()).isTrue();
        assertThat(admin.pause()).isFalse();
        assertThat(queue.statistics().paused()).isTrue();
        enqueue("c");
        assertThat(queue.claim(5)).isEmpty();
        assertThat(queue.dequeueAtMostOnce(5)).isEmpty();
        Settlement<String> settlement = queue.settle(held, List.of(), 5);
        assertThat(settlement.acks()).containsExactly(SettleOutcome.DONE);
        assertThat(settlement.claimed()).isEmpty();
        assertThat(admin.resume()).isTrue();
        assertThat(admin.resume()).isFalse();
        assertThat(queue.claim(5)).hasSize(2);
    }

    @Test
    void drain_removesWhatWaitsAndNothingElse() {
        queue.enqueueBatch(IntStream.range(0, 2_300)
                .mapToObj(i -> JobSpec.builder("x")
                        .lane(i % 2 == 0 ? "one" : "two")
                        .delay(Duration.ofSeconds(i % 3))
                        .type("t" + i % 4)
                        .build())
                .toList());
        List<Job<String>> held = queue.claim(10);
        assertThat(admin.drain()).isEqualTo(2_290);
        QueueStatistics statistics = queue.statistics();
        assertThat(statistics.waiting()).isZero();
        assertThat(statistics.leased()).isEqualTo(10);
        assertThat(statistics.waitingByType()).isEmpty();
        assertThat(statistics.counters().removed()).isEqualTo(2_290);
        assertThat(queue.settle(held, List.of(), 0).acks()).containsOnly(SettleOutcome.DONE);
        assertThat(admin.drain()).isZero();
    }

    @Test
    void remove_jobsWhereverTheyAre_leavesNoTrace() {
        enqueue("done", "dead", "cancelled", "leased");
        List<Job<String>> jobs = queue.claim(4);
        queue.settle(
                List.of(jobs.get(0)),
                List.of(
                        new Nack<>(jobs.get(1), Verdict.giveUp("bad")),
                        new Nack<>(jobs.get(2), Verdict.cancel("not needed"))),
                0);
        enqueue("ready");
        queue.enqueue(
                JobSpec.builder("x").id("delayed").delay(Duration.ofHours(1)).build());
        assertThat(admin.remove(List.of("done", "dead", "cancelled", "leased", "ready", "delayed", "nobody", "ready")))
                .isEqualTo(6);
        for (String key :
                List.of("job", "meta", "delayed", "leased", "done", "failed", "dead", "error", "types", "ready:0")) {
            assertThat(client.run(Command.of("EXISTS", (Object) QueueFixture.key(OPTIONS, key)))
                            .asLong())
                    .as(key)
                    .isZero();
        }
        assertThat(queue.statistics().counters().doneBytes()).isZero();
        assertThat(queue.statistics().counters().failedBytes()).isZero();
    }

    @Test
    void replay_deadLetters_beginAnewInTheirOldPlaces() {
        enqueue("a", "b", "c");
        giveUp(3);
        enqueue("d");
        assertThat(ids(admin.deadLetters(0, 10))).containsExactly("c", "b", "a");
        assertThat(ids(admin.deadLetters(1, 1))).containsExactly("b");
        assertThat(admin.replay(List.of("b", "d", "nobody", "b"))).isEqualTo(1);
        assertThat(admin.replay()).isEqualTo(2);
        assertThat(admin.replay()).isZero();
        List<Job<String>> jobs = queue.claim(10);
        assertThat(jobs.stream().map(Job::id)).containsExactly("a", "b", "c", "d");
        assertThat(jobs).allSatisfy(job -> assertThat(job.attempts()).isZero());
        assertThat(admin.find(List.of("a")).getFirst().error()).isNull();
    }

    @Test
    void replay_moreThanAStep_replaysAll() {
        queue.enqueueBatch(
                IntStream.range(0, 2_100).mapToObj(i -> JobSpec.of("x")).toList());
        for (int i = 0; i < 3; i++) {
            giveUp(1_000);
        }
        assertThat(queue.statistics().dead()).isEqualTo(2_100);
        assertThat(admin.replay()).isEqualTo(2_100);
        assertThat(queue.statistics().waiting()).isEqualTo(2_100);
    }

    @Test
    void purge_whatEndedByATime_deletesJustThat() {
        enqueue("a", "b");
        giveUp(1);
        client.advance(Duration.ofSeconds(1));
        giveUp(1);
        assertThat(admin.purge(JobState.DEAD, Instant.ofEpochMilli(client.now - 1)))
                .isEqualTo(1);
        assertThat(ids(admin.deadLetters(0, 10))).containsExactly("b");
        assertThat(admin.purge(JobState.DEAD)).isEqualTo(1);
        assertThat(admin.purge(JobState.DONE) + admin.purge(JobState.FAILED)).isZero();
        assertThat(queue.statistics().counters().purged()).isEqualTo(2);
        assertThatThrownBy(() -> admin.purge(JobState.READY)).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- looking ----

    @Test
    void peek_everyState_showsWithoutTaking() {
        enqueue("a", "b");
        queue.enqueue(JobSpec.builder("x").id("two").lane("two").priority(3).build());
        queue.enqueue(
                JobSpec.builder("x").id("later").delay(Duration.ofSeconds(9)).build());
        for (int i = 0; i < 2; i++) {
            assertThat(ids(admin.peek(JobState.READY, 0, 10))).containsExactly("a", "b");
            assertThat(admin.peek(JobState.READY, 0, 10)).allSatisfy(job -> {
                assertThat(job.state()).isEqualTo(JobState.READY);
                assertThat(job.at()).isNull();
            });
            assertThat(ids(admin.peek(JobState.READY, 1, 10))).containsExactly("b");
            assertThat(ids(admin.peekLane("two", 0, 10))).containsExactly("two");
        }
        StoredJob<String> later = admin.peek(JobState.DELAYED, 0, 1).getFirst();
        assertThat(later.at()).isEqualTo(Instant.ofEpochMilli(client.now + 9_000));
        assertThat(later.state()).isEqualTo(JobState.DELAYED);
        assertThat(admin.find(List.of("later", "two")).stream().map(StoredJob::state))
                .containsExactly(JobState.DELAYED, JobState.READY);
        assertThat(admin.find(List.of("two")).getFirst().lane()).isEqualTo("two");
        assertThat(admin.find(List.of("two")).getFirst().priority()).isEqualTo(3);
        assertThatThrownBy(() -> admin.peekLane("three", 0, 1)).hasMessageContaining("[one, two]");
    }

    @Test
    void statistics_oldestAge_isThatOfTheOldestReadyJobOfAnyPriority() {
        assertThat(queue.statistics().oldestAge()).isNull();
        enqueue("old");
        client.advance(Duration.ofSeconds(7));
        for (int priority = 1; priority < 20; priority++) {
            queue.enqueue(JobSpec.builder("x").priority(priority).lane("two").build());
        }
        assertThat(queue.statistics().oldestAge()).isEqualTo(Duration.ofSeconds(7));
        admin.remove(List.of("old"));
        client.advance(Duration.ofSeconds(1));
        assertThat(queue.statistics().oldestAge()).isEqualTo(Duration.ofSeconds(1));
    }

    // ---- audit ----

    private void change(String command, String key, Object... arguments) {
        Object[] all = new Object[1 + arguments.length];
        all[0] = QueueFixture.key(OPTIONS, key);
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        assertThat(client.run(Command.of(command, all)).asLong()).isPositive();
    }

    @Test
    void audit_ofASoundQueue_findsNothingAndChangesNothing() {
        queue.enqueueBatch(IntStream.range(0, 700)
                .mapToObj(i -> JobSpec.builder("x").type("t" + i % 3).build())
                .toList());
        queue.settle(queue.claim(100), List.of(), 50);
        giveUp(10);
        QueueStatistics before = queue.statistics();
        AuditReport report = admin.audit(true);
        assertThat(report.isClean()).isTrue();
        assertThat(report.looked()).isGreaterThan(1_200);
        assertThat(queue.statistics()).isEqualTo(before);
    }

    @Test
    void audit_whatHandsHaveBroken_isFoundAndMended() {
        enqueue("leased", "nowhere", "double", "moved", "bare", "unknown", "ghost");
        queue.enqueueBatch(IntStream.range(0, 500)
                .mapToObj(i -> JobSpec.builder("x").id("j" + i).priority(0).build())
                .toList());
        assertThat(queue.claim(1).getFirst().id()).isEqualTo("leased");
        change("ZREM", "leased", "leased");
        change("ZREM", "ready:0", "nowhere");
        change("ZADD", "dead", 5, "double");
        change("ZREM", "ready:0", "moved");
        change("ZADD", "dead", 5, "moved");
        change("HDEL", "job", "bare");
        change("HDEL", "meta", "unknown");
        change("HDEL", "meta", "ghost");
        change("HDEL", "job", "ghost");
        change("HSET", "error", "nobody", "what?");
        change("HINCRBY", "types", "t", 7);

        AuditReport found = admin.audit(false);
        assertThat(found.inNone()).isEqualTo(2);
        assertThat(found.inSeveral()).isEqualTo(1);
        assertThat(found.inWrong()).isEqualTo(1);
        assertThat(found.withoutPayload()).isEqualTo(2);
        assertThat(found.withoutRecord()).isEqualTo(2);
        assertThat(found.countersOff()).isEqualTo(1);
        assertThat(admin.audit(false).withoutPayload()).isEqualTo(2); // looking mends nothing

        assertThat(admin.audit(true).isClean()).isFalse();
        assertThat(admin.audit(true).isClean()).isTrue();
        assertThat(ids(admin.deadLetters(0, 10))).containsExactlyInAnyOrder("moved", "unknown");
        assertThat(admin.find(List.of("unknown")).getFirst().error()).isEqualTo("found without its record");
        assertThat(admin.find(List.of("unknown")).getFirst().payload()).isEqualTo("payload of unknown");
        assertThat(queue.claim(3).stream().map(Job::id)).containsExactly("leased", "nowhere", "double");
        assertThat(admin.replay()).isEqualTo(2);
        assertThat(queue.statistics().waiting()).isEqualTo(502);
    }

    @Test
    void claim_idsThatNothingIsKnownOf_arePassedOver() {
        enqueue("a", "ghost", "b");
        change("HDEL", "job", "ghost");
        assertThat(queue.claim(5).stream().map(Job::id)).containsExactly("a", "b");
        assertThat(queue.statistics().counters().lost()).isEqualTo(1);
        assertThat(queue.statistics().waitingByType()).isEmpty();
        assertThat(admin.audit(true).isClean()).isTrue();
    }

    @Test
    void claim_idsWithoutARecord_standInNobodysWay() {
        List<String> ghosts =
                IntStream.range(0, 600).mapToObj(each -> "ghost" + each).toList();
        enqueue("kept", "leased", "delayed");
        for (String index : List.of("leased", "delayed")) {
            for (String ghost : ghosts) {
                change("ZADD", index, "1", index + ghost);
            }
        }
        change("HSET", "job", "leasedghost7", "payload of a ghost");
        change("HDEL", "meta", "kept");

        assertThat(queue.claim(5).stream().map(Job::id)).containsExactly("leased", "delayed");
        queue.claim(5);

        assertThat(queue.statistics().leased()).isEqualTo(2);
        assertThat(queue.statistics().delayed()).isZero();
        assertThat(queue.statistics().counters().lost()).isEqualTo(2 * ghosts.size() - 1);
        assertThat(ids(admin.deadLetters(0, 10))).containsExactlyInAnyOrder("leasedghost7", "kept");
        assertThat(admin.find(List.of("kept")).getFirst().error()).isEqualTo("found without its record");
        assertThat(admin.audit(true).countersOff()).isEqualTo(1); // of which type the job was that has no record
    }
}
