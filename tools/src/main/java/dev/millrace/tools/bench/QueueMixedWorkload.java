package dev.millrace.tools.bench;

import dev.millrace.queue.EnqueueOutcome;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobSpec;
import dev.millrace.tools.report.ThreadKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Two producers and two consumers at once, each a virtual thread, until every job is acknowledged: a job a call, against
 * batches of 50. The latency is that of a consumer's trip.
 */
final class QueueMixedWorkload implements Workload {
    private static final int PRODUCERS = 2;
    private static final int CONSUMERS = 2;
    private static final int BATCH = 50;
    private static final int BYTES = 100;
    private static final int MOST_TRIPS = 5_000;
    private static final int MOST = 100_000;
    private static final int MOST_BOUNDED = 500;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    @Override
    public String name() {
        return "queue-mixed";
    }

    @Override
    public String description() {
        return "two producers and two consumers at once until all is acknowledged: a job a call, against batches of 50";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        BenchQueue queue = new BenchQueue(setting, "mixed");
        return List.of(
                new Mixed(setting, queue, 1).trial("one-by-one"),
                new Mixed(setting, queue, BATCH).trial("batched").batch(BATCH));
    }

    /** One trial; its fields are read by callers and written between runs only. */
    private static final class Mixed {
        private final BenchQueue queue;
        private final int size;
        private final int count;
        private List<JobSpec<byte[]>> jobs = List.of();
        private final List<Job<byte[]>> done = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger acknowledged = new AtomicInteger();
        private final AtomicBoolean failed = new AtomicBoolean();

        Mixed(Setting setting, BenchQueue queue, int size) {
            this.queue = queue;
            this.size = size;
            int most = (setting.effort().bounded() ? MOST_BOUNDED : MOST) / size;
            this.count = PRODUCERS * size * setting.roundTrips(Math.min(MOST_TRIPS, most / PRODUCERS));
        }

        Trial trial(String mode) {
            return new Trial(mode, count, this::perform, run -> difference())
                    .callers(PRODUCERS + CONSUMERS, ThreadKind.VIRTUAL)
                    .preparedBy(run -> {
                        queue.empty();
                        jobs = BenchJobs.of(run, count, BYTES);
                        done.clear();
                        acknowledged.set(0);
                    });
        }

        private void perform(Run run) throws Exception {
            long end = System.nanoTime() + PATIENCE_NANOS;
            Callers.run(PRODUCERS + CONSUMERS, caller -> {
                try {
                    if (caller < PRODUCERS) {
                        produce(caller);
                    } else {
                        consume(run, end);
                    }
                } catch (RuntimeException e) {
                    failed.set(true);
                    throw e;
                }
            });
        }

        private void produce(int producer) {
            int share = count / PRODUCERS;
            int first = producer * share;
            for (int from = first; from < first + share && !failed.get(); from += size) {
                List<EnqueueOutcome> unused = queue.measured().enqueueBatch(jobs.subList(from, from + size));
            }
        }

        private void consume(Run run, long end) {
            List<Job<byte[]>> mine = new ArrayList<>();
            List<Job<byte[]>> held = List.of();
            try (Latencies latencies = run.latencies()) {
                while (acknowledged.get() < count && !failed.get()) {
                    if (System.nanoTime() - end > 0) {
                        throw new IllegalStateException("only " + acknowledged.get() + " of " + count
                                + " jobs were acknowledged in " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS)
                                + " s");
                    }
                    long start = System.nanoTime();
                    List<Job<byte[]>> next =
                            queue.measured().settle(held, List.of(), size).claimed();
                    if (held.isEmpty() && next.isEmpty()) {
                        LockSupport.parkNanos(PAUSE_NANOS);
                    } else {
                        latencies.since(start, held.size());
                    }
                    mine.addAll(held);
                    acknowledged.addAndGet(held.size());
                    held = next;
                }
            }
            done.addAll(mine);
        }

        private Optional<String> difference() {
            return queue.differenceInNumbers(count, count, 0)
                    .or(() -> BenchJobs.differenceAsSets(jobs, List.copyOf(done)));
        }
    }
}
