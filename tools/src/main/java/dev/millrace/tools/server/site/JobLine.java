package dev.millrace.tools.server.site;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.Millrace;
import dev.millrace.queue.AdaptiveBatcher;
import dev.millrace.queue.Backoff;
import dev.millrace.queue.BatcherOptions;
import dev.millrace.queue.JobHandler;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.Retention;
import dev.millrace.queue.Worker;
import dev.millrace.queue.WorkerOptions;
import java.time.Duration;
import java.util.Locale;

/**
 * The site's queue with what fills it and what empties it, under one set of the queue's options, which can't be changed: other
 * options are another line on the same queue.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class JobLine implements AutoCloseable {
    /** The queue's name. */
    static final String NAME = "site";

    /** Bytes of a payload. */
    static final int PAYLOAD = 64 << 10;

    private static final WorkerOptions WORKER = new WorkerOptions(16, Duration.ofSeconds(1), Duration.ofMillis(1_500));

    /** How much is kept of jobs that have ended. */
    enum Kept {
        /** The last 5 that completed and the last 3 that were cancelled. */
        LEAN(5, 3),
        /** A thousand of each. */
        FULL(1_000, 1_000);

        final int completed;
        final int failed;

        Kept(int completed, int failed) {
            this.completed = completed;
            this.failed = failed;
        }

        /** @throws IllegalArgumentException if there is none of that name */
        static Kept of(String name) {
            return switch (name.strip().toLowerCase(Locale.ROOT)) {
                case "lean" -> LEAN;
                case "full" -> FULL;
                default -> throw new IllegalArgumentException("must be lean or full");
            };
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Kept kept;
    private final JobQueue<byte[]> queue;
    private final AdaptiveBatcher<byte[]> batcher;
    private final Worker<byte[]> worker;

    JobLine(Millrace redis, Kept kept, int batchSize, JobHandler<byte[]> handler) {
        this.kept = kept;
        this.queue = redis.queue(QueueOptions.bytes(NAME)
                .attempts(3)
                .backoff(new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5), 0.5))
                .completed(Retention.ofCount(kept.completed))
                .failed(Retention.ofCount(kept.failed))
                .payloadBytes(PAYLOAD)
                .build());
        this.batcher = queue.batcher(BatcherOptions.builder()
                .batchSize(batchSize)
                .closing(Duration.ofSeconds(1))
                .build());
        this.worker = queue.work(WORKER, handler);
    }

    Kept kept() {
        return kept;
    }

    JobQueue<byte[]> queue() {
        return queue;
    }

    AdaptiveBatcher<byte[]> batcher() {
        return batcher;
    }

    /** Sends what waits, and lets the handlers that run end. */
    @Override
    public void close() {
        batcher.close();
        worker.close();
    }
}
