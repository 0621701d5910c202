package dev.millrace.tools.server.flights;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.MillraceException;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.MethodStatistics;
import dev.millrace.queue.QueueStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What the dashboard shows of flights. What is in Redis is asked for on a thread of its own, once at a time, and waited for no
 * longer than a moment: while Redis is slow the last answer stands, with a flag.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class FlightFigures {
    private static final long MOMENT_MILLIS = 150;

    /** What Redis said. */
    private record Look(QueueStatistics queue, long flights) {}

    private final JobQueue<FlightPart> queue;
    private final TrackStore store;
    private final TrackWorker worker;
    private final UploadEndpoints uploads;

    @GuardedBy("this")
    private CompletableFuture<Look> asking = CompletableFuture.failedFuture(new TimeoutException());

    @GuardedBy("this")
    private @Nullable Look newest;

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
        this.store = store;
        this.worker = worker;
        this.uploads = uploads;
    }

    @GuardedBy("this")
    private @Nullable Look look() {
        if (asking.isDone()) {
            CompletableFuture<Look> answer = new CompletableFuture<>();
            asking = answer;
            Thread.ofVirtual().name("millrace-flight-figures").start(() -> ask(answer));
        }
        try {
            return asking.get(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void ask(CompletableFuture<Look> answer) {
        try {
            answer.complete(new Look(queue.statistics(), store.listed()));
        } catch (MillraceException e) {
            answer.completeExceptionally(e);
        }
    }

    synchronized Map<String, Object> take() {
        Look now = look();
        boolean stale = now == null;
        newest = stale ? newest : now;
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
        if (stale) {
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
