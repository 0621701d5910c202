package dev.millrace.tools.bench;

import static dev.millrace.command.Keys.unlink;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.JobSpec;
import dev.millrace.queue.Lane;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.QueueStatistics;
import dev.millrace.queue.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A queue that trials measure, as the client that is measured has it and as the other one does. It keeps the last 5 of
 * what is done and the last 3 of what has failed. Confined to the thread that measures, but for what its queues allow.
 */
final class BenchQueue {
    /** Of what is done, so many are kept. */
    static final int DONE_KEPT = 5;

    private static final int FAILED_KEPT = 3;
    private static final int PAGE = 1_000;

    private final Setting setting;
    private final String name;
    private final int lanes;
    private final QueueOptions<byte[]> options;
    private JobQueue<byte[]> measured;
    private JobQueue<byte[]> direct;

    /** A queue of that name with these lanes, or with the one that it has by itself. */
    BenchQueue(Setting setting, String name, Lane... lanes) {
        this.setting = setting;
        this.name = name;
        this.lanes = Math.max(1, lanes.length);
        QueueOptions.Builder<byte[]> builder = QueueOptions.bytes(setting.keys().queue(name, this.lanes))
                .completed(Retention.ofCount(DONE_KEPT))
                .failed(Retention.ofCount(FAILED_KEPT))
                // Long runs must not change the order that is compared.
                .ageing(Duration.ofHours(3));
        if (lanes.length > 0) {
            builder.lanes(lanes);
        }
        this.options = builder.build();
        this.measured = setting.redis().queue(options);
        this.direct = setting.direct().queue(options);
    }

    /** Removes all that is in it, and lets both clients look at it, so that no measured call does. */
    void empty() {
        Long unused = setting.direct()
                .run(unlink(setting.keys().keysOfQueue(name, lanes).toArray(String[]::new)));
        measured = setting.redis().queue(options);
        direct = setting.direct().queue(options);
        QueueStatistics first = measured.statistics();
        if (first.waiting() + direct.statistics().waiting() != 0) {
            throw new IllegalStateException("someone else fills the queue");
        }
    }

    /** As the client has it that is measured. */
    JobQueue<byte[]> measured() {
        return measured;
    }

    /** As the client without added delay has it. */
    JobQueue<byte[]> direct() {
        return direct;
    }

    /** Enqueues by the direct client. */
    void fill(List<JobSpec<byte[]>> jobs) {
        if (direct.enqueueBatch(jobs).size() != jobs.size()) {
            throw new IllegalStateException("not every job got an answer");
        }
    }

    /** Takes out, by the direct client, all that is ready. */
    List<Job<byte[]>> drained() {
        List<Job<byte[]>> jobs = new ArrayList<>();
        while (jobs.addAll(direct.dequeueAtMostOnce(PAGE))) {
            // As long as there are more.
        }
        return jobs;
    }

    /**
     * Claims jobs and acknowledges them, as many at a time, until so many are done; the next are claimed in the same trip.
     *
     * @return the jobs, in the order in which they came
     */
    @CanIgnoreReturnValue
    List<Job<byte[]>> settleAll(Run run, int count, int size) {
        List<Job<byte[]>> done = new ArrayList<>(count);
        try (Latencies latencies = run.latencies()) {
            List<Job<byte[]>> held = measured.claim(Math.min(size, count));
            while (!held.isEmpty()) {
                done.addAll(held);
                int next = Math.min(size, count - done.size());
                long start = System.nanoTime();
                List<Job<byte[]>> claimed =
                        measured.settle(held, List.of(), next).claimed();
                latencies.since(start, held.size());
                held = claimed;
            }
        }
        return done;
    }

    /** How many trips to the server {@link #settleAll} makes. */
    static long tripsToSettle(int count, int size) {
        return 1 + Math.ceilDiv(count, size);
    }

    /** Compares the server's numbers with what there must be when nobody holds a job. */
    Optional<String> differenceInNumbers(long enqueued, long completed, long waiting) {
        QueueStatistics now = direct.statistics();
        return different("jobs enqueued", enqueued, now.counters().enqueued())
                .or(() -> different("duplicates", 0, now.counters().duplicates()))
                .or(() ->
                        different("jobs acknowledged", completed, now.counters().completed()))
                .or(() -> different("jobs waiting", waiting, now.waiting()))
                .or(() -> different("jobs leased", 0, now.leased()))
                .or(() -> different("jobs dead", 0, now.dead()))
                .or(() -> different("jobs in the history", Math.min(completed, DONE_KEPT), now.done()));
    }

    static Optional<String> different(String what, long expected, long found) {
        return expected == found
                ? Optional.empty()
                : Optional.of(what + ": " + expected + " expected, " + found + " found");
    }
}
