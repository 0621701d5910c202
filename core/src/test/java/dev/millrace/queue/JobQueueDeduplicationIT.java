package dev.millrace.queue;

import static dev.millrace.queue.EnqueueOutcome.DUPLICATE;
import static dev.millrace.queue.EnqueueOutcome.NEW;
import static dev.millrace.queue.EnqueueOutcome.REPLACED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.queue.Deduplication.Mode;
import dev.millrace.queue.Deduplication.Scope;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a job whose id is known, by scope and mode. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class JobQueueDeduplicationIT {
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
        queue = client.queue(QueueOptions.strings("dedup")
                .lanes(new Lane("one", 1), new Lane("two", 1))
                .build());
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static JobSpec<String> job(String payload, Deduplication deduplication) {
        return JobSpec.builder(payload).id("a").deduplication(deduplication).build();
    }

    private static JobSpec.Builder<String> other(String id) {
        return JobSpec.builder(id).id(id);
    }

    private List<String> payloads(List<Job<String>> jobs) {
        return jobs.stream().map(Job::payload).toList();
    }

    // ---- scopes ----

    @Test
    void live_untilItHasEnded_isADuplicate() {
        Deduplication live = Deduplication.of(Scope.LIVE, Mode.IGNORE);
        assertThat(queue.enqueue(job("1", live))).isEqualTo(NEW);
        assertThat(queue.enqueue(job("2", live))).isEqualTo(DUPLICATE);
        List<Job<String>> jobs = queue.claim(5);
        assertThat(payloads(jobs)).containsExactly("1");
        assertThat(queue.enqueue(job("3", live))).isEqualTo(DUPLICATE);
        queue.settle(jobs, List.of(), 0);
        assertThat(queue.statistics().done()).isEqualTo(1);
        assertThat(queue.enqueue(job("4", live))).isEqualTo(NEW);
        QueueStatistics statistics = queue.statistics();
        assertThat(statistics.done()).isZero(); // an id is in one place only
        assertThat(statistics.counters().doneBytes()).isZero();
        assertThat(payloads(queue.claim(5))).containsExactly("4");
    }

    @Test
    void live_aDeadLetter_isNotWrittenOver() {
        queue.enqueue(job("1", Deduplication.ofDefaults()));
        queue.settle(List.of(), List.of(new Nack<>(queue.claim(1).getFirst(), Verdict.giveUp("bad"))), 0);
        assertThat(queue.enqueue(job("2", Deduplication.ofDefaults()))).isEqualTo(DUPLICATE);
        assertThat(queue.admin().deadLetters(0, 1).getFirst().payload()).isEqualTo("1");
        assertThat(queue.enqueue(job("3", Deduplication.of(Scope.LIVE, Mode.REPLACE))))
                .isEqualTo(REPLACED);
        assertThat(queue.statistics().dead()).isZero();
        Job<String> again = queue.claim(1).getFirst();
        assertThat(again.payload()).isEqualTo("3");
        assertThat(again.attempts()).isZero();
        assertThat(queue.admin().find(List.of("a")).getFirst().error()).isNull();
    }

    @Test
    void retained_whileItIsInTheHistory_isADuplicate() {
        Deduplication retained = Deduplication.of(Scope.RETAINED, Mode.IGNORE);
        queue.enqueue(job("1", retained));
        queue.settle(queue.claim(1), List.of(), 0);
        assertThat(queue.enqueue(job("2", retained))).isEqualTo(DUPLICATE);
        assertThat(queue.enqueue(job("2", Deduplication.of(Scope.RETAINED, Mode.REPLACE))))
                .isEqualTo(DUPLICATE);
        for (int i = 0; i < 5; i++) {
            queue.enqueue(other("b" + i).build());
        }
        queue.settle(queue.claim(5), List.of(), 0);
        assertThat(queue.enqueue(job("3", retained))).isEqualTo(NEW);
    }

    @Test
    void window_untilItIsOver_isADuplicateEvenIfTheJobIsGone() {
        Deduplication window = Deduplication.within(Duration.ofMinutes(1), Mode.IGNORE);
        assertThat(queue.enqueue(job("1", window))).isEqualTo(NEW);
        assertThat(queue.dequeueAtMostOnce(1)).hasSize(1);
        client.advance(Duration.ofMillis(59_999));
        assertThat(queue.enqueue(job("2", window))).isEqualTo(DUPLICATE);
        client.advance(Duration.ofMillis(1));
        assertThat(queue.enqueue(job("3", window))).isEqualTo(NEW);
        client.advance(Duration.ofMinutes(2));
        assertThat(queue.enqueue(job("4", window))).isEqualTo(DUPLICATE); // it is live
        assertThat(queue.admin().remove(List.of("a"))).isEqualTo(1);
        assertThat(queue.enqueue(job("5", window))).isEqualTo(NEW); // removed, so forgotten
    }

    // ---- modes ----

    @Test
    void replace_aWaitingJob_keepsItsPlaceUnderItsNewPriorityAndLane() {
        Deduplication replace = Deduplication.of(Scope.LIVE, Mode.REPLACE);
        queue.enqueue(job("1", replace));
        queue.enqueue(other("b").build());
        assertThat(queue.enqueue(job("2", replace))).isEqualTo(REPLACED);
        assertThat(payloads(queue.claim(1))).containsExactly("2");
        assertThat(queue.enqueue(job("3", replace))).isEqualTo(DUPLICATE); // it is in a handler's hands

        queue.enqueueBatch(List.of(other("c").build(), other("d").build()));
        JobSpec<String> moved = other("d")
                .priority(1)
                .lane("two")
                .deduplication(replace)
                .type("t")
                .build();
        assertThat(queue.enqueue(moved)).isEqualTo(REPLACED);
        assertThat(queue.statistics().ready()).containsEntry("one", 2L).containsEntry("two", 1L);
        assertThat(queue.statistics().waitingByType()).containsEntry("", 2L).containsEntry("t", 1L);
    }

    @Test
    void replace_aDelayedJob_keepsTheTimeItIsDue() {
        Deduplication replace = Deduplication.of(Scope.LIVE, Mode.REPLACE);
        JobSpec.Builder<String> job = other("a").deduplication(replace).delay(Duration.ofSeconds(10));
        queue.enqueue(job.build());
        client.advance(Duration.ofSeconds(9));
        assertThat(queue.enqueue(job.build())).isEqualTo(REPLACED);
        client.advance(Duration.ofSeconds(1));
        assertThat(queue.claim(1)).hasSize(1);
    }

    @Test
    void debounce_aDelayedJob_waitsAnew() {
        Deduplication debounce = Deduplication.of(Scope.LIVE, Mode.DEBOUNCE);
        for (int i = 1; i <= 5; i++) {
            assertThat(queue.enqueue(JobSpec.builder("v" + i)
                            .id("a")
                            .delay(Duration.ofSeconds(10))
                            .deduplication(debounce)
                            .build()))
                    .isEqualTo(i == 1 ? NEW : REPLACED);
            client.advance(Duration.ofSeconds(9));
            assertThat(queue.claim(1)).isEmpty();
        }
        client.advance(Duration.ofSeconds(1));
        assertThat(payloads(queue.claim(5))).containsExactly("v5");
    }

    @Test
    void debounce_aReadyJob_goesToTheEnd() {
        Deduplication debounce = Deduplication.of(Scope.LIVE, Mode.DEBOUNCE);
        queue.enqueue(job("1", debounce));
        queue.enqueue(other("b").build());
        assertThat(queue.enqueue(job("2", debounce))).isEqualTo(REPLACED);
        assertThat(payloads(queue.claim(5))).containsExactly("b", "2");
    }

    // ---- inside a batch ----

    @Test
    void batch_withAnIdTwice_isAsIfEnqueuedOneByOne() {
        assertThat(queue.enqueueBatch(List.of(
                        job("1", Deduplication.ofDefaults()),
                        other("b").build(),
                        job("2", Deduplication.ofDefaults()))))
                .containsExactly(NEW, NEW, DUPLICATE);
        assertThat(payloads(queue.claim(5))).containsExactly("1", "b");

        Deduplication replace = Deduplication.of(Scope.LIVE, Mode.REPLACE);
        assertThat(queue.enqueueBatch(List.of(
                        other("c").deduplication(replace).build(),
                        other("d").deduplication(replace).build(),
                        JobSpec.builder("newer")
                                .id("c")
                                .lane("two")
                                .priority(9)
                                .deduplication(replace)
                                .build())))
                .containsExactly(NEW, NEW, REPLACED);
        assertThat(queue.statistics().ready()).containsEntry("one", 1L).containsEntry("two", 1L);
        assertThat(payloads(queue.claim(5))).containsExactlyInAnyOrder("d", "newer");

        Deduplication debounce = Deduplication.of(Scope.LIVE, Mode.DEBOUNCE);
        assertThat(queue.enqueueBatch(List.of(
                        other("e").deduplication(debounce).build(),
                        other("f").deduplication(debounce).build(),
                        JobSpec.builder("newest")
                                .id("e")
                                .deduplication(debounce)
                                .build())))
                .containsExactly(NEW, NEW, REPLACED);
        assertThat(payloads(queue.claim(5))).containsExactly("f", "newest");
        QueueStatistics.Counters counters = queue.statistics().counters();
        assertThat(counters.enqueued() + counters.duplicates() + counters.replaced())
                .isEqualTo(9);
    }

    @Test
    void batch_ofSeveralDeduplications_keepsItsOrder() {
        assertThat(queue.enqueueBatch(List.of(
                        job("1", Deduplication.ofDefaults()),
                        job("2", Deduplication.of(Scope.LIVE, Mode.REPLACE)),
                        job("3", Deduplication.ofDefaults()),
                        other("b").build())))
                .containsExactly(NEW, REPLACED, DUPLICATE, NEW);
        assertThat(payloads(queue.claim(5))).containsExactly("2", "b");
    }
}
