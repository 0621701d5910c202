package dev.millrace.tools.bench;

import static dev.millrace.command.Keys.unlink;
import static dev.millrace.command.Lists.lrangeBytes;
import static dev.millrace.command.Lists.rpush;
import static java.util.Objects.requireNonNull;

import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.queue.EnqueueOutcome;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobSpec;
import dev.millrace.tools.flight.Flight;
import dev.millrace.tools.flight.TrackPoint;
import dev.millrace.tools.report.ThreadKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Points of real flights that go through the queue into a stored track for each flight: a producer enqueues, a consumer
 * claims, stores and acknowledges. A point a job and a job a call, against jobs of a thousand points in batches, both
 * callers at once. The latency is that of what the consumer does for what it has claimed.
 */
final class QueuePointsWorkload implements Workload {
    private static final int POINTS_IN_A_JOB = 1_000;

    /** Somewhat less than 1 MB, which goes in one chunk. */
    private static final int BATCH = 40;

    private static final int ROUNDS = 20;
    private static final int MOST_BOUNDED = 500;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    @Override
    public String name() {
        return "queue-points";
    }

    @Override
    public String description() {
        return "points of the flights through the queue into stored tracks: a point a job, against 1,000 points a job";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        boolean bounded = setting.effort().bounded();
        BenchQueue queue = new BenchQueue(setting, "points");
        // A point takes four trips: enqueued, claimed, stored, acknowledged.
        int few = Math.max(1, setting.roundTrips(bounded ? MOST_BOUNDED : Integer.MAX_VALUE) / 4);
        return List.of(
                new Storing(setting, queue, 1, few, 1).alone(),
                new Storing(setting, queue, POINTS_IN_A_JOB, Integer.MAX_VALUE, bounded ? 2 : ROUNDS).together());
    }

    /** A part of a flight that is a job, once in each round. */
    private record Part(String key, List<TrackPoint> points, byte[] encoded) {}

    /** One trial; its jobs are written between runs only. */
    private static final class Storing {
        private final Setting setting;
        private final BenchQueue queue;
        private final List<Part> parts = new ArrayList<>();
        private final List<String> keys = new ArrayList<>();
        private final int points;
        private final int rounds;
        private List<JobSpec<byte[]>> jobs = List.of();
        private final AtomicBoolean failed = new AtomicBoolean();

        Storing(Setting setting, BenchQueue queue, int pointsInAJob, int most, int rounds) {
            this.setting = setting;
            this.queue = queue;
            this.rounds = rounds;
            int cut = 0;
            for (Flight flight : setting.flights()) {
                String key = setting.keys().key("queue-points:" + keys.size());
                keys.add(key);
                List<TrackPoint> all = flight.points();
                for (int from = 0; from < all.size() && cut < most; from += pointsInAJob) {
                    List<TrackPoint> some = all.subList(from, Math.min(all.size(), from + pointsInAJob));
                    parts.add(new Part(key, some, FlightPoints.encoded(some)));
                    cut += some.size();
                }
            }
            this.points = cut;
        }

        /** One caller that does all of it for a point, then for the next. */
        Trial alone() {
            return new Trial(
                            "one-by-one",
                            points * rounds,
                            run -> {
                                try (Latencies latencies = run.latencies()) {
                                    for (JobSpec<byte[]> job : jobs) {
                                        EnqueueOutcome unused = queue.measured().enqueue(job);
                                        long start = System.nanoTime();
                                        List<Job<byte[]>> claimed =
                                                queue.measured().claim(1);
                                        store(claimed);
                                        queue.measured().settle(claimed, List.of(), 0);
                                        latencies.since(start, 1);
                                    }
                                }
                            },
                            run -> difference())
                    .preparedBy(this::prepare);
        }

        /** A producer and a consumer. */
        Trial together() {
            return new Trial(
                            "batched",
                            points * rounds,
                            run -> {
                                long end = System.nanoTime() + PATIENCE_NANOS;
                                Callers.run(2, caller -> {
                                    try {
                                        if (caller == 0) {
                                            produce();
                                        } else {
                                            consume(run, end);
                                        }
                                    } catch (RuntimeException e) {
                                        failed.set(true);
                                        throw e;
                                    }
                                });
                            },
                            run -> difference())
                    .batch(BATCH)
                    .callers(2, ThreadKind.VIRTUAL)
                    .preparedBy(this::prepare);
        }

        private void prepare(Run run) {
            queue.empty();
            for (String key : keys) {
                Long unused = setting.direct().run(unlink(key));
            }
            jobs = new ArrayList<>(parts.size() * rounds);
            for (int round = 0; round < rounds; round++) {
                for (int place = 0; place < parts.size(); place++) {
                    Part part = parts.get(place);
                    jobs.add(JobSpec.builder(part.encoded)
                            .id(run.number() + "-" + round + "-" + place)
                            .type(part.key)
                            .build());
                }
            }
        }

        private void produce() {
            for (int from = 0; from < jobs.size() && !failed.get(); from += BATCH) {
                List<EnqueueOutcome> unused =
                        queue.measured().enqueueBatch(jobs.subList(from, Math.min(jobs.size(), from + BATCH)));
            }
        }

        private void consume(Run run, long end) {
            List<Job<byte[]>> held = List.of();
            int done = 0;
            try (Latencies latencies = run.latencies()) {
                while (done < jobs.size() && !failed.get()) {
                    if (System.nanoTime() - end > 0) {
                        throw new IllegalStateException("only " + done + " of " + jobs.size() + " jobs were stored in "
                                + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS) + " s");
                    }
                    long start = System.nanoTime();
                    int stored = store(held);
                    List<Job<byte[]>> next =
                            queue.measured().settle(held, List.of(), BATCH).claimed();
                    if (held.isEmpty() && next.isEmpty()) {
                        LockSupport.parkNanos(PAUSE_NANOS);
                    } else {
                        latencies.since(start, stored);
                    }
                    done += held.size();
                    held = next;
                }
            }
        }

        /** Appends each job's points to its flight's track. */
        private int store(List<Job<byte[]>> some) {
            int stored = 0;
            if (!some.isEmpty()) {
                Batch batch = setting.redis().batch();
                List<Reply<Long>> replies = new ArrayList<>(some.size());
                for (Job<byte[]> job : some) {
                    stored += job.payload().length / TrackPoint.BYTES;
                    replies.add(batch.add(rpush(job.type(), job.payload())));
                }
                batch.run();
                replies.forEach(Reply::get);
            }
            return stored;
        }

        /** Reads every track back and compares point for point. */
        private Optional<String> difference() {
            for (String key : keys) {
                List<TrackPoint> once = parts.stream()
                        .filter(part -> part.key.equals(key))
                        .flatMap(part -> part.points.stream())
                        .toList();
                List<byte[]> track = requireNonNull(setting.direct().run(lrangeBytes(key, 0, -1)));
                int place = 0;
                for (byte[] stored : track) {
                    for (int at = 0; at < stored.length; at += TrackPoint.BYTES) {
                        TrackPoint point = TrackPoint.fromBytes(Arrays.copyOfRange(stored, at, at + TrackPoint.BYTES));
                        if (!point.equals(once.get(place % once.size()))) {
                            return Optional.of("point " + place + " of " + key + " is another one");
                        }
                        place++;
                    }
                }
                if (place != once.size() * rounds) {
                    return BenchQueue.different("points of " + key, (long) once.size() * rounds, place);
                }
            }
            return queue.differenceInNumbers(jobs.size(), jobs.size(), 0);
        }
    }
}
