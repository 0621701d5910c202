package dev.millrace.tools.server.flights;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.MethodStatistics;
import dev.millrace.queue.QueueStatistics;
import dev.millrace.tools.server.Recent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the dashboard shows of flights. What is in Redis is as it was {@linkplain Recent a moment ago}; while Redis is slow the
 * last answer stands, with a flag.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class FlightFigures {
    /** What Redis said. */
    private record Look(QueueStatistics queue, long flights) {}

    private final JobQueue<FlightPart> queue;
    private final Recent<Look> look;
    private final TrackWorker worker;
    private final UploadEndpoints uploads;

    @GuardedBy("this")
    private long lastNanos = System.nanoTime();

    @GuardedBy("this")
    private long lastPoints;

    @GuardedBy("this")
    private long lastCalls;

    @GuardedBy("this")
    private long lastJobs;

    FlightFigures(JobQueue<FlightPart> queue, TrackStore store, TrackWorker worker, UploadEndpoints uploads) {
        this.queue = queue;
        this.look = new Recent<>(() -> new Look(queue.statistics(), store.listed()), Duration.ofSeconds(1));
        this.worker = worker;
        this.uploads = uploads;
    }

    synchronized Map<String, Object> take() {
        Look newest = look.get();
        MethodStatistics methods = queue.methods();
        long nanos = System.nanoTime();
        double seconds = Math.max(1, nanos - lastNanos) / 1e9;
        long points = worker.pointsStored();
        long calls = methods.pipelined().calls() + methods.standard().calls();
        long jobs = methods.pipelined().jobs() + methods.standard().jobs();
        Map<String, Object> figures = new LinkedHashMap<>();
        if (newest != null) {
            figures.put("queues", List.of(QueueEndpoints.brief(queue.options().name(), newest.queue())));
            figures.put("flights", newest.flights());
        }
        if (look.isStale()) {
            figures.put("stale", true);
        }
        figures.put("pointsStored", points);
        figures.put("pointsPerSecond", Math.round((points - lastPoints) / seconds));
        figures.put("uploads", uploads.uploads());
        figures.put(
                "batchSize",
                calls == lastCalls ? 0 : Math.round(10.0 * (jobs - lastJobs) / (calls - lastCalls)) / 10.0);
        figures.put("batches", calls);
        figures.put("breaker", QueueEndpoints.circuit(methods));
        figures.put("workers", worker.running());
        lastNanos = nanos;
        lastPoints = points;
        lastCalls = calls;
        lastJobs = jobs;
        return figures;
    }
}
