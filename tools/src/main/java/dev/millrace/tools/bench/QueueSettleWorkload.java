package dev.millrace.tools.bench;

import dev.millrace.queue.Job;
import dev.millrace.queue.JobSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One consumer that acknowledges what it has and claims the next jobs in the same trip: job by job, against batches. A
 * batch's latency is that of the trip.
 */
final class QueueSettleWorkload implements Workload {
    private static final int[] BATCHES = {10, 50, 500};
    private static final int BYTES = 100;
    private static final int MOST = 100_000;
    private static final int MOST_BOUNDED = 500;

    @Override
    public String name() {
        return "queue-settle";
    }

    @Override
    public String description() {
        return "claim and acknowledge, the next claim in the same trip: one by one, against batches of 10, 50 and 500";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        BenchQueue queue = new BenchQueue(setting, "settle");
        List<Trial> trials = new ArrayList<>();
        trials.add(new Settling(setting, queue, 1).trial());
        for (int size : BATCHES) {
            trials.add(new Settling(setting, queue, size).trial().batch(size));
        }
        return trials;
    }

    /** One trial. */
    private static final class Settling {
        private final BenchQueue queue;
        private final int size;
        private final int count;
        private List<JobSpec<byte[]>> jobs = List.of();
        private List<Job<byte[]>> done = List.of();

        Settling(Setting setting, BenchQueue queue, int size) {
            this.queue = queue;
            this.size = size;
            this.count = setting.roundTrips((setting.effort().bounded() ? MOST_BOUNDED : MOST) / size) * size;
        }

        Trial trial() {
            return new Trial(
                            size == 1 ? "one-by-one" : "batched",
                            count,
                            run -> done = queue.settleAll(run, count, size),
                            run -> queue.differenceInNumbers(count, count, 0)
                                    .or(() -> BenchJobs.difference(jobs, done)))
                    .preparedBy(run -> {
                        queue.empty();
                        jobs = BenchJobs.of(run, count, BYTES);
                        queue.fill(jobs);
                    })
                    .serverCalls(Map.of("evalsha", BenchQueue.tripsToSettle(count, size)));
        }
    }
}
