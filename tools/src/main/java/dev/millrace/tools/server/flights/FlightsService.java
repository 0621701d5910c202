package dev.millrace.tools.server.flights;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.Lane;
import dev.millrace.queue.PipelinePolicy;
import dev.millrace.queue.QueueMetrics;
import dev.millrace.queue.QueueObserver;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.Retention;
import dev.millrace.tools.server.Platform;
import dev.millrace.tools.server.Service;
import dev.millrace.tools.server.http.Routes;
import dev.millrace.tools.server.journal.OperationJournal;
import io.micrometer.core.instrument.FunctionCounter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Live flight tracking: points come in over HTTP, go through one queue with a lane for live points and one for recordings, and a
 * worker of each process stores them as tracks. A point is stored once however often it is sent or delivered.
 *
 * <p>Thread-safe. Owns the worker, the batcher, the journal and the meters; closing ends them in this order, each with what it holds.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class FlightsService implements Service {
    static final String QUEUE = "flights";

    private static final Duration LEASE =
            Duration.ofSeconds(10); // a batch takes milliseconds, at worst a command timeout
    private static final int LIVE_SHARE = 32;
    private static final int PAYLOAD_BYTES = 64 << 10;
    private static final Duration TELLING = Duration.ofMillis(200);

    private final OperationJournal journal;
    private final JobQueue<FlightPart> queue;
    private final TrackWorker worker;
    private final Intake intake;
    private final UploadEndpoints uploads;
    private final FlightEndpoints flights;
    private final QueueEndpoints queues;
    private final JournalEndpoints journalEndpoints;
    private final FlightFigures figures;
    private final QueueMetrics metrics;

    /** Begins to store what the queue holds. */
    public FlightsService(Platform platform) {
        this.journal =
                new OperationJournal(platform.database(), platform.options().journalDays());
        PipelinePolicy policy = Intake.policy(platform.options().pipelining());
        this.queue = platform.redis().queue(options(journal, policy == null ? PipelinePolicy.automatic() : policy));
        TrackStore store = new TrackStore(platform.redis());
        this.worker = new TrackWorker(queue, store);
        this.intake = new Intake(queue, platform.options().batchSize(), worker::wake);
        this.uploads = new UploadEndpoints(platform.json(), intake);
        this.flights = new FlightEndpoints(platform.json(), store);
        this.queues = new QueueEndpoints(platform.json(), queue, intake, journal);
        this.journalEndpoints = new JournalEndpoints(journal);
        this.figures = new FlightFigures(queue, store, worker, uploads);
        this.metrics = QueueMetrics.of(platform.registry(), queue);
        FunctionCounter.builder("millrace.flights.points.stored", worker, TrackWorker::pointsStored)
                .description("points that this process has stored")
                .register(platform.registry());
        FunctionCounter.builder("millrace.flights.points.rejected", worker, TrackWorker::pointsRejected)
                .description("points that it has not stored, for they are none of a flight")
                .register(platform.registry());
        platform.switches()
                .add(
                        "queue.pipelining",
                        "how recordings go into the queue: auto (pipelined with more than 500 points, or while more than "
                                + "1,000 jobs wait), always or never",
                        "never",
                        intake::pipelining,
                        intake::pipelining);
        platform.switches()
                .add(
                        "queue.batch-size",
                        "jobs of trackers that end the gathering of a batch, 1 to 500; 1 for no batches",
                        "1",
                        intake::batchSize,
                        intake::batchSize);
    }

    /** What every process that uses the queue has to agree on. */
    static QueueOptions<FlightPart> options(QueueObserver observer, PipelinePolicy policy) {
        return QueueOptions.of(QUEUE, FlightPart::encoded, FlightPart::decoded)
                .lanes(new Lane(PointSource.LIVE_LANE, LIVE_SHARE), new Lane(PointSource.BULK_LANE, 1))
                .lease(LEASE)
                .completed(Retention.none())
                .payloadBytes(PAYLOAD_BYTES)
                .points(FlightPart::count)
                .pipelining(policy)
                .observer(observer)
                .build();
    }

    @Override
    public String name() {
        return "flights";
    }

    @Override
    public void routes(Routes routes) {
        uploads.routes(routes);
        flights.routes(routes);
        queues.routes(routes);
        journalEndpoints.routes(routes);
    }

    @Override
    public Map<String, Object> figures() {
        return figures.take();
    }

    @Override
    public void close() {
        intake.close();
        worker.close();
        metrics.close();
        long end = System.nanoTime() + TELLING.toNanos();
        while (queue.observed().waiting() > 0 && end - System.nanoTime() > 0) {
            LockSupport.parkNanos(1_000_000); // the journal is to hear of the last ones too
        }
        journal.close();
    }
}
