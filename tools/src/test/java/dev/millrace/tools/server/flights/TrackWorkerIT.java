package dev.millrace.tools.server.flights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.command.MillraceException;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.JobSpec;
import dev.millrace.queue.Lane;
import dev.millrace.queue.QueueOptions;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.flight.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The worker, where consumers die and the server fails. */
class TrackWorkerIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private RedisServer server;
    private Millrace redis;
    private TrackStore store;
    private JobQueue<FlightPart> queue;

    @BeforeEach
    void start() {
        server = RedisServer.start();
        redis = Millrace.connect(server.url());
        store = new TrackStore(redis);
        queue = queue(Duration.ofMillis(300));
    }

    private JobQueue<FlightPart> queue(Duration lease) {
        return redis.queue(QueueOptions.of("flights", FlightPart::encoded, FlightPart::decoded)
                .lanes(new Lane("live", 32), new Lane("bulk", 1))
                .lease(lease)
                .points(FlightPart::count)
                .build());
    }

    @AfterEach
    void stop() {
        redis.close();
        server.close();
    }

    private static IncomingFlight flight(int points) {
        return new IncomingFlight("f", Packed.of(SentFlights.points(1, points)), Problems.NONE);
    }

    private void awaitDone() {
        Await.until(
                SOON,
                () -> queue.statistics().waiting() + queue.statistics().leased() == 0,
                () -> "" + queue.statistics());
    }

    @Test
    void consumerThatDiedBeforeAndAfterStoring_leavesEachPointOnce() {
        var unused = queue.enqueueBatch(flight(1_000).jobs(PointSource.UPLOAD));
        List<Job<FlightPart>> claimed = queue.claim(2); // by one that dies without a word
        List<CheckedPart> parts = new ArrayList<>();
        for (Job<FlightPart> job : queue.claim(1)) { // and by one that stores, and dies before it acknowledges
            parts.add(new CheckedPart(job.payload(), System.currentTimeMillis()));
        }
        assertThat(store.store(parts).points()).isEqualTo(250);

        try (TrackWorker worker = new TrackWorker(queue, store)) {
            awaitDone();
            assertThat(worker.pointsStored()).isEqualTo(750);
        }

        assertThat(claimed).hasSize(2);
        StoredFlight stored = store.read("f").orElseThrow();
        assertThat(stored.points()).isEqualTo(SentFlights.points(1, 1_000));
        assertThat(stored.counts().points()).isEqualTo(1_000);
        assertThat(stored.duplicates()).isZero();
        assertThat(queue.statistics().counters().expired()).isEqualTo(3);
    }

    @Test
    void parts_thatComeAgainOrOverlap_areReadOnce() {
        var unused = queue.enqueueBatch(flight(500).jobs(PointSource.UPLOAD));
        unused = queue.enqueueBatch(flight(120).jobs(PointSource.LIVE));
        try (TrackWorker worker = new TrackWorker(queue, store)) {
            awaitDone();
            unused = queue.enqueueBatch(flight(500).jobs(PointSource.UPLOAD));
            worker.wake();
            awaitDone();
        }

        StoredFlight stored = store.read("f").orElseThrow();
        assertThat(stored.points()).isEqualTo(SentFlights.points(1, 500));
        assertThat(stored.duplicates()).isEqualTo(120);
        assertThat(store.newest(0, 10).total()).isEqualTo(1);
    }

    @Test
    void flightThatCannotBeStored_isADeadLetter_andOthersAreStored() {
        server.ask("SET", FlightKeys.track("f"), "no hash");
        JobQueue<FlightPart> impatient =
                redis.queue(QueueOptions.of("flights", FlightPart::encoded, FlightPart::decoded)
                        .lanes(new Lane("live", 32), new Lane("bulk", 1))
                        .attempts(1)
                        .build());
        var unused = impatient.enqueueBatch(flight(10).jobs(PointSource.UPLOAD));
        unused = impatient.enqueueBatch(
                new IncomingFlight("g", Packed.of(SentFlights.points(2, 10)), Problems.NONE).jobs(PointSource.UPLOAD));

        try (TrackWorker worker = new TrackWorker(impatient, store)) {
            Await.until(SOON, () -> impatient.statistics().dead() == 1, "it did not die");
            Await.until(SOON, () -> store.read("g").isPresent(), "the other is not stored");
            assertThat(impatient.admin().deadLetters(0, 10).getFirst().error()).contains("WRONGTYPE");

            server.ask("DEL", FlightKeys.track("f"));
            assertThat(impatient.admin().replay()).isEqualTo(1);
            Await.until(SOON, () -> store.read("f").isPresent(), "it was not replayed");
        }
        assertThat(store.read("f").orElseThrow().points()).isEqualTo(SentFlights.points(1, 10));
    }

    @Test
    void serverThatPauses_holdsTheWorkerUpAndLosesNothing() {
        var unused = queue.enqueueBatch(flight(300).jobs(PointSource.UPLOAD));
        try (TrackWorker worker = new TrackWorker(queue, store)) {
            awaitDone();
            server.ask("CLIENT", "KILL", "TYPE", "normal");
            var jobs = new IncomingFlight("g", Packed.of(SentFlights.points(2, 300)), Problems.NONE)
                    .jobs(PointSource.LIVE);
            Await.until(SOON, () -> isEnqueued(jobs), "they are not taken");
            worker.wake();
            awaitDone();
            assertThat(worker.running()).isEqualTo(2);
        }
        assertThat(store.read("g").orElseThrow().points()).isEqualTo(SentFlights.points(2, 300));
    }

    /** The same again where the connection was lost on the way: their ids are known. */
    private boolean isEnqueued(List<JobSpec<FlightPart>> jobs) {
        try {
            return queue.enqueueBatch(jobs).size() == jobs.size();
        } catch (MillraceException lost) {
            return false;
        }
    }

    @Test
    void flightThatIsFull_rejectsTheRest() {
        TrackStore small = new TrackStore(redis, 200);
        for (int i = 0; i <= 2; i++) {
            FlightPart part = new FlightPart(
                    "full", PointSource.UPLOAD, 0, 1, i, Packed.of(SentFlights.points(i, 100)), Problems.NONE);
            assertThat(small.store(List.of(new CheckedPart(part, System.currentTimeMillis())))
                            .points())
                    .isEqualTo(i < 2 ? 100 : 0);
        }

        FlightCounts counts = small.newest(0, 1).flights().getFirst();

        assertThat(counts.points()).isEqualTo(200);
        assertThat(counts.rejected()).isEqualTo(100);
        assertThat(small.read("full").orElseThrow().problems().getFirst()).contains("full", "200");
    }
}
