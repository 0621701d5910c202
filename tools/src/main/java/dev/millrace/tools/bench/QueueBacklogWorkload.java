package dev.millrace.tools.bench;

import dev.millrace.queue.EnqueueOutcome;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobSpec;
import dev.millrace.queue.QueueStatistics;
import dev.millrace.queue.StoredJob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a backlog of a million jobs costs those that come and go: one enqueue, and one claim with acknowledgements of 50,
 * against the same with an empty queue. The backlog is made once and left as it was by every run.
 */
final class QueueBacklogWorkload implements Workload {
    private static final int BACKLOG = 1_000_000;
    private static final int BACKLOG_BOUNDED = 10_000;
    private static final int BACKLOG_BYTES = 32;
    private static final int BYTES = 100;
    private static final int BATCH = 50;
    private static final int MOST_ENQUEUES = 4_000;
    private static final int MOST_TRIPS = 400;
    private static final int MOST_BOUNDED = 200;

    /** Above those of the backlog: what a run brings is what it claims. */
    private static final int PRIORITY = 500;

    private static final int FILLED_AT_ONCE = 16_000;
    private static final int LOOKED_AT = 1_000;

    @Override
    public String name() {
        return "queue-backlog";
    }

    @Override
    public String description() {
        return "latency of enqueue and of claim and acknowledge with a million jobs waiting, against an empty queue";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        boolean bounded = setting.effort().bounded();
        Backlog none = new Backlog(new BenchQueue(setting, "no-backlog"), 0);
        Backlog all = new Backlog(new BenchQueue(setting, "backlog"), bounded ? BACKLOG_BOUNDED : BACKLOG);
        int enqueues = setting.roundTrips(bounded ? MOST_BOUNDED : MOST_ENQUEUES);
        int trips = setting.roundTrips(bounded ? MOST_BOUNDED / BATCH : MOST_TRIPS);
        LatencyRatio ofEnqueues = new LatencyRatio();
        LatencyRatio ofTrips = new LatencyRatio();
        return List.of(
                new Coming(none, enqueues).trial("enqueue, empty").remark(ofEnqueues::first),
                new Coming(all, enqueues).trial("enqueue, " + all.called()).remark(ofEnqueues::other),
                new Going(none, trips).trial("settle, empty").remark(ofTrips::first),
                new Going(all, trips).trial("settle, " + all.called()).remark(ofTrips::other));
    }

    /** A queue with so many jobs waiting between runs. */
    private record Backlog(BenchQueue queue, int size) {
        String called() {
            return String.format(Locale.ROOT, "%,d waiting", size);
        }

        /** Makes it, unless it is there. */
        void prepare(Run run) {
            QueueStatistics now = queue.direct().statistics();
            if (size > 0 && now.waiting() == size && now.leased() == 0) {
                return;
            }
            queue.empty();
            for (int from = 0; from < size; from += FILLED_AT_ONCE) {
                List<JobSpec<byte[]>> some = new ArrayList<>(FILLED_AT_ONCE);
                for (int place = from; place < Math.min(size, from + FILLED_AT_ONCE); place++) {
                    some.add(JobSpec.builder(new byte[BACKLOG_BYTES])
                            .id("backlog-" + run.number() + "-" + place)
                            .priority(place % 10)
                            .build());
                }
                queue.fill(some);
            }
        }

        Optional<String> difference() {
            QueueStatistics now = queue.direct().statistics();
            return BenchQueue.different("jobs waiting", size, now.waiting())
                    .or(() -> BenchQueue.different("jobs leased", 0, now.leased()));
        }
    }

    /** Jobs that come one at a time, among the others. */
    private static final class Coming {
        private final Backlog backlog;
        private final int count;
        private List<JobSpec<byte[]>> jobs = List.of();

        Coming(Backlog backlog, int count) {
            this.backlog = backlog;
            this.count = count;
        }

        Trial trial(String mode) {
            return new Trial(mode, count, this::perform, run -> difference())
                    .preparedBy(run -> {
                        backlog.prepare(run);
                        // The measured client has looked at the queue before it is measured.
                        QueueStatistics unused = backlog.queue().measured().statistics();
                        jobs = BenchJobs.of(run, count, BYTES);
                    })
                    .serverCalls(Map.of("evalsha", (long) count));
        }

        private void perform(Run run) {
            try (Latencies latencies = run.latencies()) {
                for (JobSpec<byte[]> job : jobs) {
                    long start = System.nanoTime();
                    EnqueueOutcome unused = backlog.queue().measured().enqueue(job);
                    latencies.since(start, 1);
                }
            }
        }

        private Optional<String> difference() {
            Map<String, StoredJob<byte[]>> found = new HashMap<>();
            List<String> ids = jobs.stream().map(JobSpec::id).toList();
            for (int from = 0; from < count; from += LOOKED_AT) {
                for (StoredJob<byte[]> job :
                        backlog.queue().direct().admin().find(ids.subList(from, Math.min(count, from + LOOKED_AT)))) {
                    found.put(job.id(), job);
                }
            }
            for (JobSpec<byte[]> job : jobs) {
                StoredJob<byte[]> stored = found.get(job.id());
                if (stored == null
                        || stored.priority() != job.priority()
                        || !Arrays.equals(stored.payload(), job.payload())) {
                    return Optional.of("job " + job.id() + " is absent or another one");
                }
            }
            return BenchQueue.different(
                            "jobs removed",
                            count,
                            backlog.queue().direct().admin().remove(ids))
                    .or(backlog::difference);
        }
    }

    /** Jobs that go, fifty a trip. */
    private static final class Going {
        private final Backlog backlog;
        private final int count;
        private List<JobSpec<byte[]>> jobs = List.of();
        private List<Job<byte[]>> done = List.of();

        Going(Backlog backlog, int trips) {
            this.backlog = backlog;
            this.count = trips * BATCH;
        }

        Trial trial(String mode) {
            return new Trial(
                            mode,
                            count,
                            run -> done = backlog.queue().settleAll(run, count, BATCH),
                            run -> BenchJobs.difference(jobs, done).or(backlog::difference))
                    .batch(BATCH)
                    .preparedBy(run -> {
                        backlog.prepare(run);
                        QueueStatistics unused = backlog.queue().measured().statistics();
                        jobs = BenchJobs.ofPriority(run, count, BYTES, PRIORITY);
                        backlog.queue().fill(jobs);
                    })
                    .serverCalls(Map.of("evalsha", BenchQueue.tripsToSettle(count, BATCH)));
        }
    }
}
