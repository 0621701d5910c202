package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.command.Command;
import dev.millrace.command.Misuse;
import dev.millrace.command.Value;
import dev.millrace.testkit.NoLeakedThreads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Enqueueing, claiming and settling, each as it is promised. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class JobQueueIT {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final byte[] FIRST = {0, 0};
    private static final QueueOptions<String> OPTIONS = QueueOptions.strings("plain")
            .attempts(3)
            .deliveries(2)
            .backoff(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), 0))
            .build();

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
        server.ask("SCRIPT", "FLUSH");
        client = QueueFixture.of(server);
        queue = client.queue(OPTIONS);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static JobSpec<String> job(String id, int priority) {
        return JobSpec.builder("payload of " + id).id(id).priority(priority).build();
    }

    private static List<String> ids(List<Job<String>> jobs) {
        return jobs.stream().map(Job::id).toList();
    }

    private List<String> stored(JobState state) {
        return queue.admin().peek(state, 0, 100).stream().map(StoredJob::id).toList();
    }

    // ---- order ----

    @Test
    void claim_jobsOfSeveralPriorities_leaveByPriorityAndThenInOrder() {
        assertThat(queue.enqueueBatch(List.of(job("a", 1), job("b", 511), job("c", 1), job("d", 0), job("e", 511))))
                .containsOnly(EnqueueOutcome.NEW);
        queue.enqueue(job("f", 511));
        assertThat(ids(queue.claim(4))).containsExactly("b", "e", "f", "a");
        assertThat(ids(queue.claim(4))).containsExactly("c", "d");
        assertThat(queue.claim(4)).isEmpty();
    }

    @Test
    void claim_aJob_hasAllThatItWasGiven() {
        queue.enqueue(JobSpec.builder("x").id("one").priority(7).type("mail").build());
        Job<String> job = queue.claim(1).getFirst();
        assertThat(job.id()).isEqualTo("one");
        assertThat(job.payload()).isEqualTo("x");
        assertThat(job.type()).isEqualTo("mail");
        assertThat(job.priority()).isEqualTo(7);
        assertThat(job.lane()).isEqualTo("default");
        assertThat(job.attempts()).isZero();
        assertThat(job.deliveries()).isZero();
        assertThat(job.enqueuedAt()).isEqualTo(Instant.ofEpochMilli(client.now));
        assertThat(job.leasedUntil()).isEqualTo(Instant.ofEpochMilli(client.now).plus(LEASE));
    }

    @Test
    void claim_delayedJobs_notBeforeTheyAreDueAndThenInTheirPlace() {
        queue.enqueue(
                JobSpec.builder("x").id("late").delay(Duration.ofSeconds(5)).build());
        queue.enqueue(job("now", 0));
        queue.enqueue(job("next", 0));
        assertThat(ids(queue.claim(1))).containsExactly("now");
        client.advance(Duration.ofMillis(4_999));
        assertThat(queue.statistics().overdue()).isZero();
        client.advance(Duration.ofMillis(1));
        assertThat(queue.statistics().overdue()).isEqualTo(1);
        assertThat(ids(queue.claim(9))).containsExactly("late", "next");
    }

    // ---- trips and sizes ----

    @Test
    void enqueueAndSettle_fiftyJobs_takeOneTripEach() {
        queue.enqueue("opens the queue");
        assertThat(queue.claim(1)).hasSize(1);
        List<JobSpec<String>> jobs =
                IntStream.range(0, 50).mapToObj(i -> job("j" + i, i % 3)).toList();
        queue.settle(List.of(), List.of(), 1);
        server.ask("CONFIG", "RESETSTAT");
        queue.enqueueBatch(jobs);
        List<Job<String>> claimed = queue.claim(25);
        assertThat(queue.settle(claimed, List.of(), 25).claimed()).hasSize(25);
        assertThat(server.calls("evalsha")).isEqualTo(3);
        assertThat(server.calls("eval")).isZero();
    }

    @Test
    void enqueueBatch_moreThanAChunkHolds_keepsTheOrder() {
        List<JobSpec<String>> jobs =
                IntStream.range(0, 3_500).mapToObj(i -> job("j" + i, 0)).toList();
        assertThat(queue.enqueueBatch(jobs)).hasSize(3_500).containsOnly(EnqueueOutcome.NEW);
        List<String> claimed = new ArrayList<>();
        for (List<Job<String>> some = queue.claim(1_000); !some.isEmpty(); some = queue.claim(1_000)) {
            claimed.addAll(ids(some));
        }
        assertThat(claimed)
                .containsExactlyElementsOf(jobs.stream().map(JobSpec::id).toList());
    }

    @Test
    void enqueueBatch_asManyTypesAndPrioritiesAsJobs_eachKeepsItsOwn() {
        List<JobSpec<String>> jobs = IntStream.range(0, 1_000)
                .mapToObj(i -> JobSpec.builder("payload " + i)
                        .id("j" + i)
                        .type("type " + i)
                        .priority(511 - i % 512)
                        .build())
                .toList();
        assertThat(queue.enqueueBatch(jobs)).containsOnly(EnqueueOutcome.NEW);
        assertThat(queue.statistics().waitingByType()).hasSize(1_000).containsEntry("type 999", 1L);
        List<Job<String>> claimed = queue.claim(1_000);
        assertThat(claimed).hasSize(1_000).allSatisfy(job -> {
            int number = Integer.parseInt(job.id().substring(1));
            assertThat(job.type()).isEqualTo("type " + number);
            assertThat(job.priority()).isEqualTo(511 - number % 512);
            assertThat(job.payload()).isEqualTo("payload " + number);
        });
        assertThat(ids(claimed.subList(0, 3))).containsExactly("j0", "j512", "j1");
    }

    @Test
    void settle_moreThanAChunkHolds_answersEach() {
        queue.enqueueBatch(
                IntStream.range(0, 2_500).mapToObj(i -> job("j" + i, 0)).toList());
        List<Job<String>> held = new ArrayList<>();
        for (List<Job<String>> some = queue.claim(1_000); !some.isEmpty(); some = queue.claim(1_000)) {
            held.addAll(some);
        }
        List<Nack<String>> nacks = held.subList(1_200, 2_500).stream()
                .map(job -> new Nack<>(job, Verdict.handBack()))
                .toList();
        Settlement<String> settlement = queue.settle(held.subList(0, 1_200), nacks, 7);
        assertThat(settlement.acks()).hasSize(1_200).containsOnly(SettleOutcome.DONE);
        assertThat(settlement.nacks()).hasSize(1_300).containsOnly(SettleOutcome.HANDED_BACK);
        assertThat(ids(settlement.claimed()))
                .containsExactly("j1200", "j1201", "j1202", "j1203", "j1204", "j1205", "j1206");
    }

    @Test
    void claim_moreThanAMegabyte_comesInPartsAndInOrder() {
        JobQueue<byte[]> large = client.queue(QueueOptions.bytes("large").build());
        for (int i = 0; i < 5; i++) {
            large.enqueue(JobSpec.builder(new byte[400_000]).id("l" + i).build());
        }
        assertThat(large.claim(5).stream().map(Job::id)).containsExactly("l0", "l1");
        assertThat(large.claim(5).stream().map(Job::id)).containsExactly("l2", "l3");
        assertThat(large.claim(5).stream().map(Job::id)).containsExactly("l4");
    }

    @Test
    void enqueueBatch_aPayloadOverTheCap_saysSoAndWritesNothing() {
        JobQueue<String> small =
                client.queue(QueueOptions.strings("small").payloadBytes(10).build());
        assertThatThrownBy(() -> small.enqueueBatch(List.of(JobSpec.of("short"), JobSpec.of("x".repeat(11)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the payload of job 2 of 2 has 11 bytes, more than the 10 that a job may have; nothing was"
                        + " enqueued");
        assertThatThrownBy(() -> small.enqueueBatch(List.of(
                        JobSpec.of("short"), JobSpec.builder("x").lane("none").build())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it has [default]; nothing was enqueued");
        assertThat(server.masters())
                .allSatisfy(master -> assertThat(master.ask("DBSIZE")).isEqualTo(0L));
    }

    @Test
    void ids_ofAnyCharacters_comeBackAsTheyAre() {
        List<String> strange = List.of("\0", "a\r\nb", "{x}:meta", "ü€😀", " ", "1e9", "\"'\\", "-");
        queue.enqueueBatch(strange.stream()
                .map(id -> JobSpec.builder(id).id(id).type(id).build())
                .toList());
        List<Job<String>> jobs = queue.claim(100);
        assertThat(ids(jobs)).containsExactlyElementsOf(strange);
        assertThat(jobs).allSatisfy(job -> assertThat(job.payload()).isEqualTo(job.id()));
        assertThat(jobs).allSatisfy(job -> assertThat(job.type()).isEqualTo(job.id()));
        assertThat(queue.settle(jobs, List.of(), 0).acks()).containsOnly(SettleOutcome.DONE);
    }

    @Test
    void queues_ofAnyNames_doNotMeet() {
        List<String> names = List.of("a", "a}", "{a}", "a:meta", "a%7D", "a b", "a\0", "ä", "A", "a}:ready:0");
        names.forEach(name -> client.queue(QueueOptions.strings(name).build())
                .enqueue(JobSpec.builder(name).id("same").build()));
        for (String name : names) {
            JobQueue<String> one = client.queue(QueueOptions.strings(name).build());
            assertThat(one.claim(10))
                    .singleElement()
                    .satisfies(job -> assertThat(job.payload()).isEqualTo(name));
        }
    }

    // ---- settling ----

    @Test
    void settle_acknowledged_keepsTheLastFive() {
        queue.enqueueBatch(IntStream.range(0, 8).mapToObj(i -> job("j" + i, 0)).toList());
        queue.settle(queue.claim(2), List.of(), 0);
        assertThat(stored(JobState.DONE)).containsExactly("j0", "j1");
        client.advance(Duration.ofMillis(1));
        queue.settle(queue.claim(4), List.of(), 0);
        assertThat(stored(JobState.DONE)).containsExactly("j1", "j2", "j3", "j4", "j5");
        client.advance(Duration.ofMillis(1));
        Settlement<String> last = queue.settle(queue.claim(2), List.of(), 10);
        assertThat(last.acks()).containsExactly(SettleOutcome.DONE, SettleOutcome.DONE);
        assertThat(last.claimed()).isEmpty();
        assertThat(stored(JobState.DONE)).containsExactly("j3", "j4", "j5", "j6", "j7");
        QueueStatistics statistics = queue.statistics();
        assertThat(statistics.counters().completed()).isEqualTo(8);
        assertThat(statistics.counters().doneBytes()).isEqualTo(5 * "payload of j3".length());
        assertThat(statistics.waiting() + statistics.leased()).isZero();
    }

    @Test
    void settle_failed_waitsLongerEachTimeAndIsADeadLetterInTheEnd() {
        queue.enqueue(job("bad", 3));
        Job<String> first = queue.claim(1).getFirst();
        assertThat(queue.settle(List.of(), List.of(new Nack<>(first, Verdict.retry("once"))), 1))
                .isEqualTo(new Settlement<>(List.of(), List.of(SettleOutcome.RETRYING), List.of()));
        assertThat(queue.admin().find(List.of("bad")).getFirst().error()).isEqualTo("once");
        client.advance(Duration.ofMillis(999));
        assertThat(queue.claim(1)).isEmpty();
        client.advance(Duration.ofMillis(1));
        Job<String> second = queue.claim(1).getFirst();
        assertThat(second.attempts()).isEqualTo(1);
        queue.settle(List.of(), List.of(new Nack<>(second, Verdict.retry("twice"))), 0);
        client.advance(Duration.ofMillis(1_999));
        assertThat(queue.claim(1)).isEmpty();
        client.advance(Duration.ofMillis(1));
        Job<String> third = queue.claim(1).getFirst();
        assertThat(queue.settle(List.of(), List.of(new Nack<>(third, Verdict.retry("thrice"))), 0)
                        .nacks())
                .containsExactly(SettleOutcome.GIVEN_UP);
        assertThat(queue.admin().deadLetters(0, 10)).singleElement().satisfies(dead -> {
            assertThat(dead.id()).isEqualTo("bad");
            assertThat(dead.payload()).isEqualTo("payload of bad");
            assertThat(dead.attempts()).isEqualTo(3);
            assertThat(dead.error()).isEqualTo("thrice");
            assertThat(dead.at()).isEqualTo(Instant.ofEpochMilli(client.now));
        });
    }

    @Test
    void settle_everyVerdict_doesWhatItSays() {
        queue.enqueueBatch(
                List.of(job("retry", 0), job("cancel", 0), job("give", 0), job("snooze", 0), job("back", 0)));
        List<Job<String>> jobs = queue.claim(5);
        List<Verdict> verdicts = List.of(
                Verdict.retry("r", Duration.ZERO),
                Verdict.cancel("c"),
                Verdict.giveUp("g"),
                Verdict.snooze(Duration.ofSeconds(1)),
                Verdict.handBack());
        List<Nack<String>> nacks = IntStream.range(0, 5)
                .mapToObj(i -> new Nack<>(jobs.get(i), verdicts.get(i)))
                .toList();
        Settlement<String> settlement = queue.settle(List.of(), nacks, 10);
        assertThat(settlement.nacks())
                .containsExactly(
                        SettleOutcome.RETRYING,
                        SettleOutcome.CANCELLED,
                        SettleOutcome.GIVEN_UP,
                        SettleOutcome.SNOOZED,
                        SettleOutcome.HANDED_BACK);
        assertThat(ids(settlement.claimed())).containsExactly("retry", "back");
        assertThat(settlement.claimed().stream().map(Job::attempts)).containsExactly(1, 0);
        assertThat(stored(JobState.FAILED)).containsExactly("cancel");
        assertThat(stored(JobState.DEAD)).containsExactly("give");
        assertThat(stored(JobState.DELAYED)).containsExactly("snooze");
        assertThat(queue.admin().find(List.of("cancel", "give", "snooze", "nobody")).stream()
                        .map(StoredJob::error))
                .containsExactly("c", "g", null);
        client.advance(Duration.ofSeconds(1));
        assertThat(queue.claim(1).getFirst().attempts()).isZero();
    }

    @Test
    void settle_manyCancelledAndGivenUp_trimsHistoryAndNoDeadLetter() {
        queue.enqueueBatch(IntStream.range(0, 20).mapToObj(i -> job("j" + i, 0)).toList());
        List<Job<String>> jobs = queue.claim(20);
        List<Nack<String>> nacks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            nacks.add(new Nack<>(jobs.get(i), i % 2 == 0 ? Verdict.cancel("no") : Verdict.giveUp("never")));
        }
        queue.settle(List.of(), nacks, 0);
        assertThat(stored(JobState.FAILED)).containsExactly("j14", "j16", "j18");
        assertThat(stored(JobState.DEAD)).hasSize(10);
        assertThat(queue.admin().deadLetters(0, 1).getFirst().id()).isEqualTo("j19");
    }

    @Test
    void settle_withoutDeadLetters_givenUpIsHistory() {
        JobQueue<String> forgetful = client.queue(
                QueueOptions.strings("forgetful").attempts(1).deadLetters(false).build());
        forgetful.enqueueBatch(
                IntStream.range(0, 5).mapToObj(i -> job("j" + i, 0)).toList());
        forgetful.settle(
                List.of(),
                forgetful.claim(5).stream()
                        .map(job -> new Nack<>(job, Verdict.retry("no")))
                        .toList(),
                0);
        assertThat(forgetful.statistics().failed()).isEqualTo(3);
        assertThat(forgetful.statistics().dead()).isZero();
        assertThat(forgetful.statistics().counters().givenUp()).isEqualTo(5);
    }

    // ---- history by age and bytes ----

    @Test
    void history_byAgeAndBytes_isTrimmed() {
        JobQueue<String> kept = client.queue(QueueOptions.strings("kept")
                .completed(new Retention(-1, Duration.ofSeconds(10), 50))
                .build());
        kept.enqueueBatch(IntStream.range(0, 10)
                .mapToObj(i -> JobSpec.builder("0123456789").id("j" + i).build())
                .toList());
        kept.settle(kept.claim(4), List.of(), 0);
        assertThat(kept.statistics().done()).isEqualTo(4);
        client.advance(Duration.ofSeconds(5));
        kept.settle(kept.claim(4), List.of(), 0);
        assertThat(kept.admin().peek(JobState.DONE, 0, 10).stream().map(StoredJob::id))
                .containsExactly("j3", "j4", "j5", "j6", "j7");
        client.advance(Duration.ofSeconds(6));
        kept.settle(kept.claim(1), List.of(), 0);
        assertThat(kept.admin().peek(JobState.DONE, 0, 10).stream().map(StoredJob::id))
                .containsExactly("j4", "j5", "j6", "j7", "j8");
        client.advance(Duration.ofSeconds(6));
        kept.claim(1);
        assertThat(kept.admin().peek(JobState.DONE, 0, 10).stream().map(StoredJob::id))
                .containsExactly("j8");
        assertThat(kept.statistics().counters().doneBytes()).isEqualTo(10);
    }

    // ---- for good ----

    @Test
    void dequeueAtMostOnce_jobs_areGone() {
        queue.enqueueBatch(List.of(job("a", 0), job("b", 5)));
        List<Job<String>> jobs = queue.dequeueAtMostOnce(5);
        assertThat(ids(jobs)).containsExactly("b", "a");
        assertThat(queue.settle(jobs, List.of(), 0).acks()).containsOnly(SettleOutcome.STALE);
        QueueStatistics statistics = queue.statistics();
        assertThat(statistics.counters().taken()).isEqualTo(2);
        assertThat(statistics.waiting() + statistics.leased() + statistics.done())
                .isZero();
        assertThat(queue.admin().find(List.of("a", "b"))).isEmpty();
    }

    // ---- opening ----

    @Test
    void open_lanesThatAreNotTheQueues_isRefused() {
        QueueOptions.Builder<String> two =
                QueueOptions.strings("lanes").lanes(new Lane("live", 3), new Lane("bulk", 1));
        client.queue(two.build()).enqueue("x");
        JobQueue<String> swapped = client.queue(QueueOptions.strings("lanes")
                .lanes(new Lane("bulk", 1), new Lane("live", 3))
                .build());
        assertThatThrownBy(() -> swapped.enqueue("x"))
                .isInstanceOf(Misuse.class)
                .hasMessageContaining("live,bulk");
        JobQueue<String> more = client.queue(QueueOptions.strings("lanes")
                .lanes(new Lane("live", 3), new Lane("bulk", 1), new Lane("night", 1))
                .build());
        assertThat(more.enqueue(JobSpec.builder("x").lane("night").build())).isEqualTo(EnqueueOutcome.NEW);
        assertThat(client.queue(two.build()).claim(10)).hasSize(1);
        assertThat(more.claim(10)).hasSize(1);
    }

    @Test
    void scripts_flushedMidWay_areLoadedAgain() {
        List<Job<String>> held = List.of();
        for (int i = 0; i < 20; i++) {
            server.ask("SCRIPT", "FLUSH");
            queue.enqueueBatch(List.of(job("a" + i, 0), job("b" + i, 0)));
            server.ask("SCRIPT", "FLUSH");
            held = queue.settle(held, List.of(), 2).claimed();
            server.ask("SCRIPT", "FLUSH");
            assertThat(ids(held)).containsExactly("a" + i, "b" + i);
            assertThat(queue.extend(held)).containsOnly(true);
        }
        assertThat(queue.statistics().counters().enqueued()).isEqualTo(40);
    }

    private static Command<Value> enqueueing(String time, String scope, String n, byte[] which, Place place) {
        return QueueScripts.ENQUEUE.call(
                QueueKeys.of(OPTIONS.name(), 1), time, scope, "I", "0", n, "id", "payload", which, place.encoded());
    }

    @Test
    void scripts_withArgumentsThatAreWrong_changeNothing() {
        queue.enqueue(job("a", 0));
        Object[] keys = QueueKeys.of(OPTIONS.name(), 1);
        for (Command<Value> wrong : List.of(
                enqueueing("x", "L", "1", FIRST, new Place(0, 0, 0, "")),
                enqueueing("", "L", "2", FIRST, new Place(0, 0, 0, "")),
                enqueueing("", "L", "1", new byte[1], new Place(0, 0, 0, "")),
                enqueueing("", "L", "1", new byte[] {0, 1}, new Place(0, 0, 0, "")),
                enqueueing("", "LR", "1", FIRST, new Place(0, 0, 0, "")),
                enqueueing("", "L", "1", FIRST, new Place(512, 0, 0, "")),
                enqueueing("", "L", "1", FIRST, new Place(0, 1, 0, "")),
                enqueueing("", "L", "1", FIRST, new Place(0, 0, -1, "")),
                QueueScripts.ENQUEUE.call(keys, "", "L", "I", "0", "1", "id", "payload", FIRST),
                QueueScripts.ENQUEUE.call(keys, "", "L", "I", "0", "1", "id", "payload", FIRST, "too short"),
                QueueScripts.CLAIM.call(keys, "", "1"),
                QueueScripts.SETTLE.call(keys, "", "1", "30000"),
                QueueScripts.EXTEND.call(keys, "", "1000", "1", "a"),
                QueueScripts.EXTEND.call(keys, "", "1000", "1", "a", "x", "101"),
                QueueScripts.ADMIN.call(keys, "", "explode", "1"),
                QueueScripts.PEEK.call(keys, "", "nowhere", "0", "0", "1", "0"),
                QueueScripts.AUDIT.call(keys, "", "nothing", "0", "1"))) {
            assertThatThrownBy(() -> client.run(wrong))
                    .hasMessageStartingWith("ERR queue: ")
                    .message()
                    .hasLineCount(1);
        }
        assertThat(ids(queue.claim(10))).containsExactly("a");
        assertThat(new String(
                        queue.admin().peek(JobState.LEASED, 0, 1).getFirst().encodedPayload(), StandardCharsets.UTF_8))
                .isEqualTo("payload of a");
    }
}
