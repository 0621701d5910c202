package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.ServerError;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who leads, who is taken along, and how each ends. Trips are made by the test. */
@NoLeakedThreads
@Timeout(30)
class SharedTripsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long LONG = SOON.toNanos();

    private final List<List<String>> trips = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore permits = new Semaphore(0, true);
    private volatile @Nullable MillraceException failure;
    private final SharedTrips<String> shared = new SharedTrips<>(this::make);

    private Uplink.Answered make(List<Parcel<String>> parcels) {
        trips.add(parcels.stream().map(parcel -> parcel.outgoing().id()).toList());
        permits.acquireUninterruptibly();
        MillraceException its = failure;
        return its != null && parcels.size() > 1
                ? new Uplink.Answered(List.of(), its)
                : new Uplink.Answered(
                        parcels.stream().map(parcel -> EnqueueOutcome.NEW).toList(), null);
    }

    static Parcel<String> parcel(String id, int bytes, Deduplication deduplication) {
        byte[] payload = "x".repeat(bytes).getBytes(StandardCharsets.US_ASCII);
        return new Parcel<>(
                JobSpec.builder("x").id(id).build(),
                new QueueCalls.Outgoing(id, payload, new Place(0, 0, 0, ""), deduplication));
    }

    private CompletableFuture<EnqueueOutcome> enqueue(String id) {
        return enqueue(parcel(id, 1, Deduplication.ofDefaults()), LONG, new AtomicReference<>());
    }

    private CompletableFuture<EnqueueOutcome> enqueue(
            Parcel<String> parcel, long waitNanos, AtomicReference<Thread> caller) {
        CompletableFuture<EnqueueOutcome> outcome = new CompletableFuture<>();
        caller.set(Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(shared.enqueue(parcel, waitNanos));
            } catch (RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        }));
        return outcome;
    }

    /** Four trips are under way, and wait for their permits. */
    private List<CompletableFuture<EnqueueOutcome>> fill() {
        List<CompletableFuture<EnqueueOutcome>> first =
                IntStream.range(0, 4).mapToObj(i -> enqueue("first" + i)).toList();
        Await.until(SOON, () -> trips.size() == 4, () -> "four trips: " + trips);
        return first;
    }

    private void waiting(AtomicReference<Thread> caller) {
        Await.until(
                SOON,
                () -> caller.get().getState() == Thread.State.TIMED_WAITING,
                () -> "waits: " + caller.get().getState());
    }

    private List<CompletableFuture<EnqueueOutcome>> line(int count) {
        List<CompletableFuture<EnqueueOutcome>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AtomicReference<Thread> caller = new AtomicReference<>();
            all.add(enqueue(parcel("job" + i, 1, Deduplication.ofDefaults()), LONG, caller));
            waiting(caller);
        }
        return all;
    }

    /** Ends the oldest trip; the next begins. */
    private void endOne() {
        int before = trips.size();
        permits.release();
        Await.until(SOON, () -> trips.size() == before + 1, () -> "one more than " + before + " trips: " + trips);
    }

    private static void all(List<CompletableFuture<EnqueueOutcome>> futures) throws Exception {
        for (CompletableFuture<EnqueueOutcome> each : futures) {
            assertThat(each.get()).isEqualTo(EnqueueOutcome.NEW);
        }
    }

    @Test
    void few_makeTripsOfTheirOwn_andOthersLeaveTogetherWithTheNext() throws Exception {
        List<CompletableFuture<EnqueueOutcome>> first = fill();
        List<CompletableFuture<EnqueueOutcome>> line = line(60);
        endOne();
        endOne();
        permits.release(4);
        all(first);
        all(line);
        assertThat(trips).hasSize(6);
        assertThat(trips.get(4))
                .isEqualTo(IntStream.range(0, 50).mapToObj(i -> "job" + i).toList());
        assertThat(trips.get(5))
                .isEqualTo(IntStream.range(50, 60).mapToObj(i -> "job" + i).toList());
        permits.release(4);
        all(fourMore()); // all four places are free again
    }

    private List<CompletableFuture<EnqueueOutcome>> fourMore() {
        return IntStream.range(0, 4).mapToObj(i -> enqueue("more" + i)).toList();
    }

    @Test
    void otherDeduplication_orTooManyBytes_waitForTheNextTrip() throws Exception {
        List<CompletableFuture<EnqueueOutcome>> all = new ArrayList<>(fill());
        Deduplication window = Deduplication.within(Duration.ofMinutes(1), Deduplication.Mode.IGNORE);
        for (Parcel<String> parcel : List.of(
                parcel("a", 1, Deduplication.ofDefaults()),
                parcel("b", 1, window),
                parcel("c", 60_000, window),
                parcel("d", 60_000, window))) {
            AtomicReference<Thread> caller = new AtomicReference<>();
            all.add(enqueue(parcel, LONG, caller));
            waiting(caller);
        }
        endOne();
        endOne();
        endOne();
        permits.release(4);
        all(all);
        assertThat(trips.subList(4, trips.size())).containsExactly(List.of("a"), List.of("b", "c"), List.of("d"));
    }

    @Test
    void tripThatIsRefusedForOneOfItsJobs_isMadeAgainForEach() throws Exception {
        List<CompletableFuture<EnqueueOutcome>> all = new ArrayList<>(fill());
        all.addAll(line(3));
        failure = ServerError.of("ERR queue: job 2 is in a lane that these options do not have");
        endOne();
        permits.release(20);
        all(all);
        assertThat(trips.get(4)).containsExactly("job0", "job1", "job2");
        assertThat(trips.subList(5, 8)).containsExactlyInAnyOrder(List.of("job0"), List.of("job1"), List.of("job2"));
    }

    @Test
    void tripThatFailsForAll_failsForEach() throws Exception {
        List<CompletableFuture<EnqueueOutcome>> first = fill();
        List<CompletableFuture<EnqueueOutcome>> line = line(3);
        failure = new OutcomeUnknown("lost");
        endOne();
        permits.release(4);
        all(first);
        for (CompletableFuture<EnqueueOutcome> each : line) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(each::get)
                    .withCauseInstanceOf(OutcomeUnknown.class);
        }
        permits.release(4);
        all(fourMore());
    }

    @Test
    void deadlineInTheLine_isNotSent_andNobodyTakesItAlong() throws Exception {
        List<CompletableFuture<EnqueueOutcome>> first = fill();
        CompletableFuture<EnqueueOutcome> late =
                enqueue(parcel("late", 1, Deduplication.ofDefaults()), 1_000_000, new AtomicReference<>());
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(late::get)
                .withCauseInstanceOf(NotSent.class);
        permits.release(10);
        all(first);
        all(fourMore());
        assertThat(trips).noneMatch(trip -> trip.contains("late"));
    }

    @Test
    void interruptInTheLine_isNotSent_andTheInterruptStays() throws Exception {
        List<CompletableFuture<EnqueueOutcome>> first = fill();
        AtomicReference<Thread> caller = new AtomicReference<>();
        CompletableFuture<EnqueueOutcome> waits = enqueue(parcel("waits", 1, Deduplication.ofDefaults()), LONG, caller);
        waiting(caller);
        caller.get().interrupt();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(waits::get)
                .withCauseInstanceOf(NotSent.class);
        permits.release(10);
        all(first);
    }
}
