package dev.millrace.tools.bench;

import dev.millrace.queue.EnqueueOutcome;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobSpec;
import dev.millrace.tools.flight.TrackPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A hundred flights of a hundred points, each point a job of its own with an id: a point a call, flight by flight, in
 * batches of 500, and all in one call.
 */
final class QueueFlightsWorkload implements Workload {
    private static final int FLIGHTS = 100;
    private static final int EACH = 100;
    private static final int BATCH = 500;
    private static final int PRIORITY = 10;
    private static final int MOST_BOUNDED = 500;

    @Override
    public String name() {
        return "queue-flights";
    }

    @Override
    public String description() {
        return "100 flights of 100 real points, each point a job: a point a call, against batches";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        int all = FLIGHTS * EACH;
        List<TrackPoint> points = FlightPoints.of(setting, all);
        BenchQueue queue = new BenchQueue(setting, "flights");
        int few = setting.roundTrips(setting.effort().bounded() ? MOST_BOUNDED : all);
        Trial oneByOne = new Points(queue, points.subList(0, few), 1).trial("one-by-one");
        if (few < all) {
            oneByOne.remark(result -> String.format(Locale.ROOT, "the first %,d of %,d points", few, all));
        }
        return List.of(
                oneByOne,
                new Points(queue, points, EACH).trial("flight by flight").batch(EACH),
                new Points(queue, points, BATCH).trial("batched").batch(BATCH),
                new Points(queue, points, all).trial("one call").batch(all));
    }

    /** One trial. */
    private static final class Points {
        /** What one call of the script takes, and what it is given where there is more. */
        private static final int MOST_AT_ONCE = 1_000;

        private static final int AT_ONCE = 50;

        private final BenchQueue queue;
        private final List<TrackPoint> points;
        private final int size;
        private List<JobSpec<byte[]>> jobs = List.of();

        Points(BenchQueue queue, List<TrackPoint> points, int size) {
            this.queue = queue;
            this.points = points;
            this.size = size;
        }

        Trial trial(String mode) {
            return new Trial(mode, points.size(), this::perform, run -> difference())
                    .preparedBy(this::prepare)
                    .serverCalls(Map.of("evalsha", (long) points.size() / (size <= MOST_AT_ONCE ? size : AT_ONCE)));
        }

        private void prepare(Run run) {
            queue.empty();
            jobs = new ArrayList<>(points.size());
            for (int place = 0; place < points.size(); place++) {
                jobs.add(JobSpec.builder(points.get(place).toBytes())
                        .id(run.number() + "-" + place / EACH + "-" + place % EACH)
                        .priority(PRIORITY)
                        .type("live")
                        .build());
            }
        }

        private void perform(Run run) {
            try (Latencies latencies = run.latencies()) {
                for (int from = 0; from < jobs.size(); from += size) {
                    long start = System.nanoTime();
                    List<EnqueueOutcome> outcomes = size == 1
                            ? List.of(queue.measured().enqueue(jobs.get(from)))
                            : queue.measured().enqueueBatch(jobs.subList(from, from + size));
                    latencies.since(start, outcomes.size());
                }
            }
        }

        private Optional<String> difference() {
            Optional<String> numbers = queue.differenceInNumbers(points.size(), 0, points.size());
            if (numbers.isPresent()) {
                return numbers;
            }
            List<Job<byte[]>> drained = queue.drained();
            for (int place = 0; place < Math.min(drained.size(), points.size()); place++) {
                if (!TrackPoint.fromBytes(drained.get(place).payload()).equals(points.get(place))) {
                    return Optional.of("point " + place + " is another one");
                }
            }
            return BenchJobs.difference(jobs, drained);
        }
    }
}
