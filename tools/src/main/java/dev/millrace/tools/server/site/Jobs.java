package dev.millrace.tools.server.site;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.Rejected;
import dev.millrace.queue.BatcherStatistics;
import dev.millrace.queue.Deduplication;
import dev.millrace.queue.EnqueueOutcome;
import dev.millrace.queue.JobSpec;
import dev.millrace.queue.JobState;
import dev.millrace.queue.QueueAdmin;
import dev.millrace.queue.QueueMetrics;
import dev.millrace.queue.QueueStatistics;
import dev.millrace.queue.StoredJob;
import dev.millrace.tools.server.Platform;
import dev.millrace.tools.server.Recent;
import dev.millrace.tools.server.Switches;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The site's jobs: enqueued in batches apart by type, worked on by this process and others, and looked at.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are; lines change places under a lock
final class Jobs implements AutoCloseable {
    /** For how long an id that was given counts, also when its job has ended. */
    private static final Duration KNOWN = Duration.ofMinutes(10);

    private static final int SHOWN = 50;

    private final Platform platform;
    private final Work work;
    private final QueueMetrics metrics;
    private final Recent<QueueStatistics> recent;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile JobLine line;

    @GuardedBy("changing")
    private boolean closed;

    Jobs(Platform platform, Work work) {
        this.platform = platform;
        this.work = work;
        this.line = new JobLine(
                platform.redis(), JobLine.Kept.LEAN, platform.options().batchSize(), work);
        // The numbers are the server's, whichever line asks for them.
        this.metrics = QueueMetrics.of(platform.registry(), line.queue());
        this.recent = new Recent<>(() -> line.queue().statistics(), Duration.ofSeconds(1));
    }

    // ---- switches ----

    String batchSize() {
        return Integer.toString(line.batcher().batchSize());
    }

    void batchSize(String value) {
        line.batcher().batchSize((int) Switches.number(value, 1, 500, "jobs"));
    }

    String batchDelay() {
        return Long.toString(line.batcher().batchDelay().toMillis());
    }

    void batchDelay(String value) {
        line.batcher().batchDelay(Duration.ofMillis(Switches.number(value, 0, 1_000, "ms")));
    }

    String kept() {
        return line.kept().text();
    }

    /** Another line takes the place of this one, which ends what it has begun. */
    void kept(String value) {
        JobLine.Kept wanted = JobLine.Kept.of(value);
        changing.lock();
        try {
            JobLine before = line;
            if (closed || before.kept() == wanted) {
                return;
            }
            JobLine after =
                    new JobLine(platform.redis(), wanted, before.batcher().batchSize(), work);
            after.batcher().batchDelay(before.batcher().batchDelay());
            line = after;
            before.close();
        } finally {
            changing.unlock();
        }
    }

    // ---- enqueueing ----

    /**
     * Enqueues a job, and waits for what became of it.
     *
     * @param id null for one of its own; one that was given before is a duplicate for ten minutes
     * @return its id and the outcome
     * @throws dev.millrace.command.MillraceException if it is not known to be in the queue
     */
    Map.Entry<String, EnqueueOutcome> enqueue(
            String type, @Nullable String id, byte[] payload, int priority, Duration delay) {
        JobSpec.Builder<byte[]> builder =
                JobSpec.builder(payload).type(type).priority(priority).delay(delay);
        if (id != null) {
            builder.id(id).deduplication(Deduplication.within(KNOWN, Deduplication.Mode.IGNORE));
        }
        JobSpec<byte[]> spec = builder.build();
        JobLine now = line;
        try {
            return Map.entry(spec.id(), now.batcher().enqueue(spec));
        } catch (Rejected rejected) {
            if (now == line) {
                throw rejected;
            }
            return Map.entry(spec.id(), line.batcher().enqueue(spec)); // it was closed for another
        }
    }

    // ---- looking ----

    /** Numbers, and the last that ended. */
    Map<String, Object> look() {
        JobLine now = line;
        QueueStatistics queue = now.queue().statistics();
        QueueAdmin<byte[]> admin = now.queue().admin();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("statistics", statistics(now.batcher().statistics(), queue));
        answer.put("completed", newest(admin, JobState.DONE, queue.done(), Math.min(SHOWN, now.kept().completed)));
        int failures = Math.min(SHOWN, now.kept().failed);
        List<StoredJob<byte[]>> failed = new ArrayList<>(peek(admin, JobState.FAILED, queue.failed(), failures));
        failed.addAll(peek(admin, JobState.DEAD, queue.dead(), failures));
        failed.sort(Comparator.comparing(Jobs::ended).reversed());
        answer.put(
                "failed", failed.stream().limit(failures).map(this::described).toList());
        answer.put("byType", work.byType());
        answer.put("options", now.kept().text());
        answer.put("batchSize", now.batcher().batchSize());
        return answer;
    }

    private static Instant ended(StoredJob<byte[]> job) {
        return Objects.requireNonNullElse(job.at(), Instant.EPOCH);
    }

    private static Map<String, Object> statistics(BatcherStatistics batches, QueueStatistics queue) {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("activeBatches", batches.activeBatches());
        numbers.put("totalQueuedJobs", batches.totalQueuedJobs() + queue.waiting());
        numbers.put("batchesByType", batches.batchesByType());
        numbers.put("batches", batches.batches());
        numbers.put("averageBatch", Math.round(10 * batches.averageBatch()) / 10.0);
        numbers.put("waitingByType", queue.waitingByType());
        numbers.put("delayed", queue.delayed());
        numbers.put("leased", queue.leased());
        numbers.put("completed", queue.counters().completed());
        numbers.put("failed", queue.counters().cancelled() + queue.counters().givenUp());
        numbers.put("duplicates", queue.counters().duplicates());
        numbers.put("dead", queue.dead());
        return numbers;
    }

    private List<Map<String, Object>> newest(QueueAdmin<byte[]> admin, JobState state, long there, int most) {
        return peek(admin, state, there, most).reversed().stream()
                .map(this::described)
                .toList();
    }

    /** The last that came there; they stand in the order in which they ended. */
    private static List<StoredJob<byte[]>> peek(QueueAdmin<byte[]> admin, JobState state, long there, int most) {
        return there == 0 ? List.of() : admin.peek(state, Math.max(0, there - most), most);
    }

    private Map<String, Object> described(StoredJob<byte[]> job) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("id", job.id());
        described.put("type", job.type());
        described.put("state", job.state());
        described.put("priority", job.priority());
        described.put("attempts", job.attempts());
        described.put("enqueuedAt", job.enqueuedAt().toEpochMilli());
        described.put("endedAt", ended(job).toEpochMilli());
        described.put("error", job.error());
        described.put("payload", payload(job));
        return described;
    }

    private @Nullable JsonNode payload(StoredJob<byte[]> job) {
        try {
            return platform.json().mapper().readTree(job.payload());
        } catch (JacksonException foreign) {
            return null; // whoever put it there
        }
    }

    /** Figures, none of which is waited for. */
    Map<String, Object> figures() {
        BatcherStatistics batches = line.batcher().statistics();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("activeBatches", batches.activeBatches());
        QueueStatistics queue = recent.get();
        figures.put("totalQueuedJobs", batches.totalQueuedJobs() + (queue == null ? 0 : queue.waiting()));
        figures.put("batchesByType", batches.batchesByType());
        if (queue != null) {
            figures.put("completed", queue.counters().completed());
            figures.put(
                    "failed", queue.counters().cancelled() + queue.counters().givenUp());
            figures.put("dead", queue.dead());
        }
        return figures;
    }

    // ---- dead letters ----

    List<Map<String, Object>> dead(int offset, int most) {
        return line.queue().admin().deadLetters(offset, most).stream()
                .map(this::described)
                .toList();
    }

    /** @param ids null for all; how many are ready again */
    long replay(@Nullable List<String> ids) {
        QueueAdmin<byte[]> admin = line.queue().admin();
        return ids == null ? admin.replay() : admin.replay(ids);
    }

    @Override
    public void close() {
        changing.lock();
        try {
            closed = true;
            metrics.close();
            line.close();
        } finally {
            changing.unlock();
        }
    }
}
