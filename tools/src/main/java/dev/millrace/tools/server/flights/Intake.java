package dev.millrace.tools.server.flights;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.queue.AdaptiveBatcher;
import dev.millrace.queue.BatcherOptions;
import dev.millrace.queue.BatcherStatistics;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.JobSpec;
import dev.millrace.queue.PipelinePolicy;
import dev.millrace.queue.QueueMethod;
import dev.millrace.queue.Upload;
import dev.millrace.tools.server.Switches;
import dev.millrace.tools.server.http.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way into the queue. Recordings go as uploads, pipelined or job by job as the policy says. What a tracker sends is one small job:
 * those of many trackers share trips by a batcher, unless the policy is never to pipeline.
 *
 * <p>When a call returns, all its points are in the queue; otherwise it throws a {@link Problem} that says how many are, and to send
 * the same again makes none twice.
 *
 * <p>Thread-safe. Owns the batcher's threads.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Intake implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final JobQueue<FlightPart> queue;
    private final AdaptiveBatcher<FlightPart> batcher;
    private final Runnable arrived;

    /** @param arrived called when jobs are in the queue; must not block */
    Intake(JobQueue<FlightPart> queue, int batchSize, Runnable arrived) {
        this.queue = queue;
        this.batcher =
                queue.batcher(BatcherOptions.builder().batchSize(batchSize).build());
        this.arrived = arrived;
    }

    /** @throws Problem 503 if not all of them are known to be in the queue */
    Receipt take(List<JobSpec<FlightPart>> jobs) {
        boolean alone = jobs.size() == 1 && jobs.getFirst().payload().source() != PointSource.UPLOAD;
        return alone && queue.pipelining().choice() != PipelinePolicy.Choice.NEVER
                ? takeOne(jobs.getFirst())
                : takeAll(jobs);
    }

    private Receipt takeOne(JobSpec<FlightPart> job) {
        QueueMethod method = batcher.batchSize() == 1 ? QueueMethod.STANDARD : QueueMethod.PIPELINED;
        int points = job.payload().count();
        try {
            var unused = batcher.enqueue(job);
        } catch (MillraceException e) {
            throw incomplete(e, 0, points, method);
        }
        arrived.run();
        return new Receipt(method, points);
    }

    private Receipt takeAll(List<JobSpec<FlightPart>> jobs) {
        Upload upload = queue.upload(jobs, WITHIN);
        int processed = 0;
        int total = 0;
        for (int i = 0; i < jobs.size(); i++) {
            int points = jobs.get(i).payload().count();
            total += points;
            processed += upload.items().get(i).isProcessed() ? points : 0;
        }
        if (processed > 0) {
            arrived.run();
        }
        MillraceException failure = upload.failure();
        if (failure != null) {
            throw incomplete(failure, processed, total, upload.method());
        }
        return new Receipt(upload.method(), processed);
    }

    private static Problem incomplete(MillraceException failure, int processed, int total, QueueMethod method) {
        if (failure instanceof Misuse) {
            throw failure.raised();
        }
        LOG.debug("{} of {} points went into the queue: {}", processed, total, failure.toString());
        return Problem.unavailable(
                        processed + " of " + total
                                + " points are in the queue; send the same again, none will be there twice",
                        SOON)
                .with("processed", processed)
                .with("total", total)
                .with("method", word(method))
                .with("outcome", failure.getClass().getSimpleName());
    }

    static String word(QueueMethod method) {
        return method.name().toLowerCase(Locale.ROOT);
    }

    BatcherStatistics batches() {
        return batcher.statistics();
    }

    // ---- switches ----

    /** The policy of uploads: auto, always or never. */
    String pipelining() {
        return switch (queue.pipelining().choice()) {
            case AUTOMATIC -> "auto";
            case ALWAYS -> "always";
            case NEVER -> "never";
        };
    }

    void pipelining(String wanted) {
        PipelinePolicy policy = policy(wanted);
        if (policy == null) {
            throw new IllegalArgumentException("must be auto, always or never");
        }
        queue.pipelining(policy);
    }

    /** The policy of a name; null if there is none. */
    static @Nullable PipelinePolicy policy(String name) {
        return switch (name) {
            case "auto" -> PipelinePolicy.automatic();
            case "always" -> PipelinePolicy.always();
            case "never" -> PipelinePolicy.never();
            default -> null;
        };
    }

    String batchSize() {
        return Integer.toString(batcher.batchSize());
    }

    void batchSize(String wanted) {
        batcher.batchSize((int) Switches.number(wanted, 1, 500, "jobs"));
    }

    @Override
    public void close() {
        batcher.close();
    }
}
