package dev.millrace.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.ServerError;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
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
    static final String TAKEN = "taken";

    record Parcel(String id, int bytes, String kind) {}

    /** Parcels of one kind go together. */
    static final class KindLoad implements SharedTrips.Load<Parcel> {
        @Override
        public long bytes(Parcel parcel) {
            return parcel.bytes();
        }

        @Override
        public boolean together(Parcel leader, Parcel next) {
            return leader.kind().equals(next.kind());
        }

        @Override
        public boolean mayBeForOne(MillraceException failure) {
            return failure instanceof ServerError;
        }
    }

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long LONG = SOON.toNanos();

    private final List<List<String>> trips = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore permits = new Semaphore(0, true);
    private volatile @Nullable MillraceException failure;
    private final SharedTrips<Parcel, String> shared = new SharedTrips<>(new KindLoad(), this::make);

    private SharedTrips.Answered<String> make(List<Parcel> parcels) {
        trips.add(parcels.stream().map(Parcel::id).toList());
        permits.acquireUninterruptibly();
        MillraceException its = failure;
        return its != null && parcels.size() > 1
                ? new SharedTrips.Answered<>(List.of(), its)
                : new SharedTrips.Answered<>(
                        parcels.stream().map(parcel -> TAKEN).toList(), null);
    }

    private CompletableFuture<String> enqueue(String id) {
        return enqueue(new Parcel(id, 1, "kind"), LONG, new AtomicReference<>());
    }

    private CompletableFuture<String> enqueue(Parcel parcel, long waitNanos, AtomicReference<Thread> caller) {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        caller.set(Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(shared.send(parcel, waitNanos));
            } catch (RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        }));
        return outcome;
    }

    /** Four trips are under way, and wait for their permits. */
    private List<CompletableFuture<String>> fill() {
        List<CompletableFuture<String>> first =
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

    private List<CompletableFuture<String>> line(int count) {
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AtomicReference<Thread> caller = new AtomicReference<>();
            all.add(enqueue(new Parcel("job" + i, 1, "kind"), LONG, caller));
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

    private static void all(List<CompletableFuture<String>> futures) throws Exception {
        for (CompletableFuture<String> each : futures) {
            assertThat(each.get()).isEqualTo(TAKEN);
        }
    }

    @Test
    void few_makeTripsOfTheirOwn_andOthersLeaveTogetherWithTheNext() throws Exception {
        List<CompletableFuture<String>> first = fill();
        List<CompletableFuture<String>> line = line(60);
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

    private List<CompletableFuture<String>> fourMore() {
        return IntStream.range(0, 4).mapToObj(i -> enqueue("more" + i)).toList();
    }

    @Test
    void otherKind_orTooManyBytes_waitForTheNextTrip() throws Exception {
        List<CompletableFuture<String>> all = new ArrayList<>(fill());
        String window = "other";
        for (Parcel parcel : List.of(
                new Parcel("a", 1, "kind"),
                new Parcel("b", 1, window),
                new Parcel("c", 60_000, window),
                new Parcel("d", 60_000, window))) {
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
        List<CompletableFuture<String>> all = new ArrayList<>(fill());
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
        List<CompletableFuture<String>> first = fill();
        List<CompletableFuture<String>> line = line(3);
        failure = new OutcomeUnknown("lost");
        endOne();
        permits.release(4);
        all(first);
        for (CompletableFuture<String> each : line) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(each::get)
                    .withCauseInstanceOf(OutcomeUnknown.class);
        }
        permits.release(4);
        all(fourMore());
    }

    @Test
    void deadlineInTheLine_isNotSent_andNobodyTakesItAlong() throws Exception {
        List<CompletableFuture<String>> first = fill();
        CompletableFuture<String> late = enqueue(new Parcel("late", 1, "kind"), 1_000_000, new AtomicReference<>());
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
        List<CompletableFuture<String>> first = fill();
        AtomicReference<Thread> caller = new AtomicReference<>();
        CompletableFuture<String> waits = enqueue(new Parcel("waits", 1, "kind"), LONG, caller);
        waiting(caller);
        caller.get().interrupt();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(waits::get)
                .withCauseInstanceOf(NotSent.class);
        permits.release(10);
        all(first);
    }

    @Test
    void width_followsTheShortestOfTheLastTrips() throws Exception {
        SharedTrips<Parcel, String> adaptive =
                new SharedTrips<>(new KindLoad(), this::make, new SharedTrips.Width(1, 3, 50));
        for (int i = 0; i < 8; i++) {
            adaptive.note(Duration.ofMillis(5).toNanos());
        }
        List<CompletableFuture<String>> callers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String id = "c" + i;
            callers.add(CompletableFuture.supplyAsync(
                    () -> adaptive.send(new Parcel(id, 1, "kind"), LONG),
                    task -> Thread.ofVirtual().start(task)));
        }
        Await.until(SOON, () -> trips.size() == 3, "a long way takes three trips at once");
        adaptive.note(Duration.ofNanos(10_000).toNanos());
        permits.release(2); // two end; neither passes on, for on a short way one is enough
        Await.until(
                SOON, () -> callers.stream().filter(CompletableFuture::isDone).count() == 2, "two have ended");
        assertThat(trips).hasSize(3);
        permits.release(2);
        for (CompletableFuture<String> caller : callers) {
            assertThat(caller.get(10, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(TAKEN);
        }
        assertThat(trips).hasSize(4);
        assertThat(trips.getLast()).hasSize(2);
    }
}
