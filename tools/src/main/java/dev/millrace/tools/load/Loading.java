package dev.millrace.tools.load;

import dev.millrace.queue.EnqueueOutcome;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.JobSpec;
import dev.millrace.tools.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Enqueues what is read from a file in batches of bounded size, and moves the checkpoint behind each. Jobs that an
 * interrupted run had enqueued without getting to its checkpoint are enqueued again under the same ids, and are
 * duplicates. Confined to one thread.
 */
final class Loading implements JobSink {
    private static final int BATCH_JOBS = 5_000;
    private static final long BATCH_BYTES = 4_000_000;

    private final JobQueue<byte[]> queue;
    private final Checkpoint checkpoint;
    private final Progress progress;
    private final BooleanSupplier stop;
    private final List<JobSpec<byte[]>> batch = new ArrayList<>();
    private long bytes;
    private long line;
    private Checkpoint.Position reached;
    private long loaded;
    private long duplicates;
    private boolean stopped;

    /**
     * @param after where the checkpoint is
     * @param progress hears of jobs
     * @param stop asked before each batch
     */
    Loading(
            JobQueue<byte[]> queue,
            Checkpoint checkpoint,
            Checkpoint.Position after,
            Progress progress,
            BooleanSupplier stop) {
        this.queue = queue;
        this.checkpoint = checkpoint;
        this.reached = after;
        this.progress = progress;
        this.stop = stop;
        progress.advance(after.jobs());
    }

    @Override
    public void job(long number, JobSpec<byte[]> job) {
        batch.add(job);
        bytes += job.payload().length;
        line = number;
        if (batch.size() == BATCH_JOBS || bytes >= BATCH_BYTES) {
            flush();
        }
    }

    @Override
    public void bad(long number, String why) {
        // It was told and counted when the file was checked.
    }

    @Override
    public boolean isEnough() {
        return stopped;
    }

    /** Enqueues what is left. */
    void finish() {
        if (!batch.isEmpty() && !stopped) {
            flush();
        }
    }

    private void flush() {
        if (stop.getAsBoolean()) {
            stopped = true;
            return;
        }
        List<EnqueueOutcome> outcomes = queue.enqueueBatch(batch);
        reached = new Checkpoint.Position(line, reached.jobs() + batch.size());
        checkpoint.moveTo(reached);
        long known = outcomes.stream()
                .filter(outcome -> outcome == EnqueueOutcome.DUPLICATE)
                .count();
        duplicates += known;
        loaded += outcomes.size() - known;
        progress.advance(outcomes.size());
        batch.clear();
        bytes = 0;
    }

    /** Whether it ended before the file did. */
    boolean isStopped() {
        return stopped;
    }

    /** Number of the last line that is known to be loaded. */
    long reached() {
        return reached.line();
    }

    long loaded() {
        return loaded;
    }

    long duplicates() {
        return duplicates;
    }
}
