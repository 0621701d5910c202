package dev.millrace.tools.bench;

import dev.millrace.queue.EnqueueOutcome;
import dev.millrace.queue.JobSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Enqueueing jobs that have a priority and an id into a queue that keeps 5 done and 3 failed ones: one by one, against
 * batches. A batch's latency is that of the whole batch.
 */
final class QueueEnqueueWorkload implements Workload {
    private static final int[] BATCHES = {10, 50, 500};
    private static final int MOST = 100_000;
    private static final int MOST_BOUNDED = 500;

    @Override
    public String name() {
        return "queue-enqueue";
    }

    @Override
    public String description() {
        return "jobs with priority, id and 5/3 retention, of 100 B and 1 KB: one by one, against batches of 10, 50 and 500";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        BenchQueue queue = new BenchQueue(setting, "enqueue");
        List<Trial> trials = new ArrayList<>();
        for (Payload payload : List.of(new Payload("100 B", 100), new Payload("1 KB", 1_000))) {
            trials.add(new Enqueueing(setting, queue, payload, 1).trial());
            for (int size : BATCHES) {
                trials.add(new Enqueueing(setting, queue, payload, size).trial().batch(size));
            }
        }
        return trials;
    }

    private record Payload(String called, int bytes) {}

    /** One trial. */
    private static final class Enqueueing {
        private final BenchQueue queue;
        private final Payload payload;
        private final int size;
        private final int count;
        private List<JobSpec<byte[]>> jobs = List.of();

        Enqueueing(Setting setting, BenchQueue queue, Payload payload, int size) {
            this.queue = queue;
            this.payload = payload;
            this.size = size;
            this.count = setting.roundTrips((setting.effort().bounded() ? MOST_BOUNDED : MOST) / size) * size;
        }

        Trial trial() {
            return new Trial(
                            payload.called + (size == 1 ? " one-by-one" : " batched"),
                            count,
                            this::perform,
                            run -> queue.differenceInNumbers(count, 0, count)
                                    .or(() -> BenchJobs.difference(jobs, queue.drained())))
                    .preparedBy(run -> {
                        queue.empty();
                        jobs = BenchJobs.of(run, count, payload.bytes);
                    })
                    .serverCalls(Map.of("evalsha", (long) count / size));
        }

        private void perform(Run run) {
            try (Latencies latencies = run.latencies()) {
                for (int from = 0; from < count; from += size) {
                    long start = System.nanoTime();
                    List<EnqueueOutcome> outcomes = size == 1
                            ? List.of(queue.measured().enqueue(jobs.get(from)))
                            : queue.measured().enqueueBatch(jobs.subList(from, from + size));
                    latencies.since(start, outcomes.size());
                }
            }
        }
    }
}
