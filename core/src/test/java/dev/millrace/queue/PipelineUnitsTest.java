package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.ServerError;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.CircuitBreaker;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The policy, the circuit, the numbers and the observer of the two ways to enqueue: all that needs no server. */
@NoLeakedThreads
class PipelineUnitsTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private final SettableClock clock = SettableClock.at(Instant.EPOCH);

    // ---- the policy ----

    @Test
    void policy_automatic_isPipelinedBeyondEitherThreshold() {
        PipelinePolicy policy = PipelinePolicy.automatic();
        assertThat(policy.method(500, 1_000)).isEqualTo(QueueMethod.STANDARD);
        assertThat(policy.method(501, 0)).isEqualTo(QueueMethod.PIPELINED);
        assertThat(policy.method(1, 1_001)).isEqualTo(QueueMethod.PIPELINED);
        assertThat(policy.method(1, -1)).isEqualTo(QueueMethod.STANDARD);
        assertThat(PipelinePolicy.automatic(0, 0).method(1, -1)).isEqualTo(QueueMethod.PIPELINED);
        assertThat(PipelinePolicy.always().method(1, -1)).isEqualTo(QueueMethod.PIPELINED);
        assertThat(PipelinePolicy.never().method(9_999, 9_999)).isEqualTo(QueueMethod.STANDARD);
        assertThatThrownBy(() -> PipelinePolicy.automatic(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void waitingCount_isBelievedForASecond() {
        WaitingCount count = new WaitingCount(clock::nanoTime);
        assertThat(count.known()).isEqualTo(-1);
        count.answered(7);
        clock.advance(Duration.ofSeconds(1));
        assertThat(count.known()).isEqualTo(7);
        clock.advance(Duration.ofNanos(1));
        assertThat(count.known()).isEqualTo(-1);
    }

    // ---- the circuit ----

    private PipelineBreaker breaker() {
        return new PipelineBreaker(
                new PipelineFallback(3, Duration.ofSeconds(30), Duration.ofSeconds(5)), clock::nanoTime);
    }

    private static void fail(PipelineBreaker breaker, int times) {
        for (int i = 0; i < times; i++) {
            breaker.ended(breaker.permit(), PipelineBreaker.Ended.FAILED);
        }
    }

    @Test
    void circuit_opensAfterARowWithinTheWindow() {
        PipelineBreaker breaker = breaker();
        fail(breaker, 2);
        breaker.ended(breaker.permit(), PipelineBreaker.Ended.ANSWERED);
        fail(breaker, 2);
        clock.advance(Duration.ofSeconds(31));
        fail(breaker, 2);
        breaker.ended(breaker.permit(), PipelineBreaker.Ended.NEITHER);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
        fail(breaker, 1);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(breaker.permit().granted()).isFalse();
        assertThat(breaker.timesOpened()).isEqualTo(1);
    }

    @Test
    void circuit_letsOneProbeThroughAfterThePauseAndGoesByIt() {
        PipelineBreaker breaker = breaker();
        PipelineBreaker.Permit early = breaker.permit();
        fail(breaker, 3);
        clock.advance(Duration.ofSeconds(5));
        PipelineBreaker.Permit probe = breaker.permit();
        assertThat(probe.granted()).isTrue();
        assertThat(breaker.permit().granted()).isFalse();
        breaker.ended(early, PipelineBreaker.Ended.ANSWERED);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.OPEN);
        breaker.ended(probe, PipelineBreaker.Ended.FAILED);
        assertThat(breaker.permit().granted()).isFalse();
        clock.advance(Duration.ofSeconds(5));
        PipelineBreaker.Permit unlucky = breaker.permit();
        breaker.ended(unlucky, PipelineBreaker.Ended.NEITHER);
        PipelineBreaker.Permit good = breaker.permit();
        assertThat(good.granted()).isTrue();
        breaker.ended(good, PipelineBreaker.Ended.ANSWERED);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
        fail(breaker, 2);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    // ---- an upload on its way ----

    private static Parcel<String> parcel(String id) {
        return new Parcel<>(
                JobSpec.builder("x").id(id).build(),
                new QueueCalls.Outgoing(id, new byte[1], new Place(0, 0, 0, ""), Deduplication.ofDefaults()));
    }

    @Test
    void job_thatMayHaveArrived_neverEndsAsRefused() {
        List<Parcel<String>> jobs = List.of(parcel("a"), parcel("b"), parcel("c"));
        Sending<String> sending = new Sending<>(jobs);
        sending.ended(
                List.of(jobs.subList(0, 1), jobs.subList(1, 2)),
                List.of(
                        new Uplink.Answered(List.of(), new OutcomeUnknown("lost")),
                        new Uplink.Answered(List.of(EnqueueOutcome.NEW), null)));
        assertThat(sending.left(100)).containsExactly(jobs.get(0), jobs.get(2));
        ServerError full = ServerError.of("OOM command not allowed");
        assertThat(sending.ended(List.of(jobs.subList(0, 1)), List.of(new Uplink.Answered(List.of(), full))))
                .isEqualTo(full);
        sending.stop(full);
        List<Upload.Item> items = sending.items();
        assertThat(items.get(0).failure()).isInstanceOf(OutcomeUnknown.class).hasCause(full);
        assertThat(items.get(0).repeated()).isTrue();
        assertThat(items.get(1).get()).isEqualTo(EnqueueOutcome.NEW);
        assertThat(items.get(2).failure()).isInstanceOf(NotSent.class).hasCause(full);
        Upload upload = new Upload(QueueMethod.PIPELINED, items);
        assertThat(upload.total()).isEqualTo(3);
        assertThat(upload.processed()).isEqualTo(1);
        assertThat(upload.failure()).isInstanceOf(OutcomeUnknown.class);
        assertThatThrownBy(() -> items.get(2).get()).isInstanceOf(NotSent.class);
    }

    // ---- numbers ----

    @Test
    void speedUp_isTheRatioOfWhatAJobTook() {
        MethodCounters pipelined = new MethodCounters();
        MethodCounters standard = new MethodCounters();
        MethodStatistics none =
                new MethodStatistics(pipelined.trips(), standard.trips(), CircuitBreaker.State.CLOSED, 0);
        assertThat(none.speedUp()).isZero();
        assertThat(none.pipelined().averageCall()).isZero();
        pipelined.ended(100, false, 1_000_000);
        pipelined.ended(0, true, 5_000_000);
        standard.ended(1, false, 400_000);
        standard.ended(1, false, 200_000);
        MethodStatistics some =
                new MethodStatistics(pipelined.trips(), standard.trips(), CircuitBreaker.State.CLOSED, 0);
        assertThat(some.speedUp()).isEqualTo(30.0);
        assertThat(some.pipelined().jobsPerCall()).isEqualTo(100);
        assertThat(some.pipelined().failed()).isEqualTo(1);
        assertThat(some.standard().averageCall()).isEqualTo(Duration.ofNanos(300_000));
    }

    // ---- the observer ----

    private static void tell(Observing<String> observing, int operations) {
        observing.ended(QueueOperation.Kind.ENQUEUE, QueueMethod.PIPELINED, operations, 2L * operations, 1_000, null);
    }

    @Test
    void observer_thatThrows_isCountedAndToldOfTheNext() {
        List<Integer> told = Collections.synchronizedList(new ArrayList<>());
        Observing<String> observing = new Observing<>(
                "q",
                operation -> {
                    told.add(operation.operations());
                    if (operation.operations() == 2) {
                        throw new AssertionError("from the observer");
                    }
                },
                null);
        for (int i = 1; i <= 3; i++) {
            tell(observing, i);
        }
        Await.until(PATIENT, () -> observing.statistics().waiting() == 0, () -> "" + observing.statistics());
        assertThat(told).containsExactly(1, 2, 3);
        assertThat(observing.statistics()).isEqualTo(new ObserverStatistics(2, 1, 0, 0, 0));
    }

    @Test
    void observer_thatDoesNotReturn_holdsUpNoOneAndMissesWhatIsTooMuch() throws InterruptedException {
        CountDownLatch came = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Observing<String> observing = new Observing<>(
                "q",
                operation -> {
                    came.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                null);
        tell(observing, 1);
        came.await();
        for (int i = 0; i < Observing.MOST + 10; i++) {
            tell(observing, 1);
        }
        assertThat(observing.statistics().waiting()).isEqualTo(Observing.MOST);
        assertThat(observing.statistics().dropped()).isEqualTo(11);
        goOn.countDown();
        Await.until(PATIENT, () -> observing.statistics().told() == Observing.MOST, () -> "" + observing.statistics());
    }

    @Test
    void points_thatCannotBeCounted_areOneEach() {
        Observing<String> observing = new Observing<>("q", QueueObserver.NONE, text -> {
            if (text.isEmpty()) {
                throw new IllegalStateException("from the application");
            }
            return text.length();
        });
        assertThat(observing.points(List.of("four", "", "six..."), text -> text))
                .isEqualTo(11);
        assertThat(observing.statistics().pointsFailed()).isEqualTo(1);
        assertThat(new Observing<String>("q", QueueObserver.NONE, null).points(List.of("a", "b"), text -> text))
                .isEqualTo(2);
    }

    @Test
    void operation_thatFailed_saysHow() {
        List<QueueOperation> told = Collections.synchronizedList(new ArrayList<>());
        Observing<String> observing = new Observing<>("q", told::add, null);
        observing.ended(QueueOperation.Kind.CLAIM, QueueMethod.STANDARD, 0, 0, 5_000, new NotSent("down"));
        Await.until(PATIENT, () -> observing.statistics().told() == 1, () -> "" + observing.statistics());
        assertThat(told.getFirst().outcome()).isEqualTo(ClientListener.Outcome.NOT_SENT);
        assertThat(told.getFirst().duration()).isEqualTo(Duration.ofNanos(5_000));
        assertThat(told.getFirst().queue()).isEqualTo("q");
    }

    // ---- options ----

    @Test
    void batcherOptions_outOfRange_areRefused() {
        assertThatThrownBy(() -> BatcherOptions.builder().batchSize(0).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BatcherOptions.builder().largestBatch(1_001).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        BatcherOptions.builder().batchDelay(Duration.ofHours(2)).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> BatcherOptions.builder().deadline(Duration.ZERO).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PipelineFallback(0, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
