package dev.millrace.bench.client;

import static java.util.Objects.requireNonNull;

import dev.millrace.Millrace;
import dev.millrace.queue.EnqueueOutcome;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.JobSpec;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.QueueStatistics;
import dev.millrace.queue.Retention;
import dev.millrace.queue.Verdict;
import dev.millrace.queue.Worker;
import dev.millrace.queue.WorkerOptions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Millrace's queue with its defaults, which keep the last 5 of what is done and the last 3 of what has failed. */
final class MillraceQueuePeer implements QueuePeer {
    private static final int DONE_KEPT = 5;
    private static final int FAILED_KEPT = 3;
    private static final long PATIENCE_SECONDS = 30;

    private final Millrace redis;
    private @Nullable JobQueue<String> queue;
    private List<Job<String>> held = List.of();

    MillraceQueuePeer(ServerAddress server) {
        redis = Millrace.connect(MillracePeer.options(server));
    }

    private JobQueue<String> queue() {
        return requireNonNull(queue, "no queue was begun");
    }

    @Override
    public void begin(String name) {
        queue = redis.queue(QueueOptions.strings(name)
                .completed(Retention.ofCount(DONE_KEPT))
                .failed(Retention.ofCount(FAILED_KEPT))
                .build());
        held = List.of();
        if (queue().statistics().waiting() != 0) {
            throw new IllegalStateException("the queue is not empty");
        }
    }

    @Override
    public void enqueue(QueueItem item) {
        EnqueueOutcome unused = queue().enqueue(spec(item));
    }

    @Override
    public void enqueueBatch(List<QueueItem> items) {
        List<EnqueueOutcome> unused =
                queue().enqueueBatch(items.stream().map(MillraceQueuePeer::spec).toList());
    }

    private static JobSpec<String> spec(QueueItem item) {
        return JobSpec.builder(item.payload())
                .id(item.id())
                .priority(item.priority())
                .build();
    }

    @Override
    public List<QueueItem> next(int most) {
        held = queue().settle(held, List.of(), most).claimed();
        return held.stream().map(MillraceQueuePeer::item).toList();
    }

    private static QueueItem item(Job<String> job) {
        return new QueueItem(job.id(), job.priority(), job.payload());
    }

    /** Done when the worker is closed, for only then is all of it acknowledged for certain. */
    @Override
    public void work(int concurrency, int jobs, Consumer<QueueItem> handler) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(jobs);
        boolean all;
        try (Worker<String> worker = queue().work(WorkerOptions.ofConcurrency(concurrency), job -> {
            handler.accept(item(job));
            left.countDown();
            return Verdict.done();
        })) {
            all = left.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        if (!all) {
            throw new IllegalStateException("a worker did not come to its end");
        }
    }

    @Override
    public @Nullable String difference(int enqueued, int acknowledged) {
        QueueStatistics now = queue().statistics();
        boolean right = now.counters().enqueued() == enqueued
                && now.counters().completed() == acknowledged
                && now.waiting() == enqueued - acknowledged
                && now.leased() + now.dead() + now.failed() == 0
                && now.done() == Math.min(acknowledged, DONE_KEPT);
        return right ? null : "the server counts otherwise: " + now;
    }

    @Override
    public void close() {
        redis.close();
    }
}
