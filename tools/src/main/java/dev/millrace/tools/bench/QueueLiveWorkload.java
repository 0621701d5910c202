package dev.millrace.tools.bench;

import dev.millrace.queue.EnqueueOutcome;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobSpec;
import dev.millrace.queue.Lane;
import dev.millrace.tools.flight.TrackPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Live points that one caller enqueues one at a time, alone and while another uploads tens of thousands of points again
 * and again through the bulk lane, in jobs of a hundred points and of one. How far the latency of the live ones rises is
 * the point.
 */
final class QueueLiveWorkload implements Workload {
    private static final String LIVE = "live";
    private static final String BULK = "bulk";
    private static final int UPLOADED = 50_000;
    private static final int UPLOADED_BOUNDED = 2_000;

    /** What is uploaded at the most, whatever the live points take, for it has to be verified too. */
    private static final int MOST_JOBS = 400_000;

    private static final int MOST_JOBS_BOUNDED = 6_000;
    private static final int MOST_UPLOADS = 200;
    private static final int MOST_UPLOADS_BOUNDED = 20;

    private static final int MOST = 2_000;
    private static final int MOST_BOUNDED = 100;
    private static final long PATIENCE_SECONDS = 60;

    @Override
    public String name() {
        return "queue-live";
    }

    @Override
    public String description() {
        return "latency of live points enqueued one at a time, alone and beside uploads of 50,000 points on the bulk lane";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        BenchQueue queue = new BenchQueue(setting, "live", new Lane(LIVE, 10), new Lane(BULK, 1));
        List<TrackPoint> points = FlightPoints.of(setting, setting.effort().bounded() ? UPLOADED_BOUNDED : UPLOADED);
        LatencyRatio ratio = new LatencyRatio();
        return List.of(
                new Live(setting, queue, points, 0).trial("alone").remark(ratio::first),
                new Live(setting, queue, points, 100)
                        .trial("beside uploads, 100 points a job")
                        .remark(ratio::other),
                new Live(setting, queue, points, 1)
                        .trial("beside uploads, a point a job")
                        .remark(ratio::other));
    }

    /** One trial. */
    private static final class Live {
        private final BenchQueue queue;
        private final int count;
        private final int mostUploads;
        private final List<byte[]> uploads = new ArrayList<>();
        private final List<byte[]> points;
        private List<JobSpec<byte[]>> live = List.of();
        private int runNumber;
        private int uploaded;
        private volatile boolean ending;

        /** @param pointsInAJob of an upload; 0 where there is none */
        Live(Setting setting, BenchQueue queue, List<TrackPoint> points, int pointsInAJob) {
            this.queue = queue;
            boolean bounded = setting.effort().bounded();
            this.count = setting.roundTrips(Math.min(points.size(), bounded ? MOST_BOUNDED : MOST));
            this.points =
                    points.subList(0, count).stream().map(TrackPoint::toBytes).toList();
            for (int from = 0; pointsInAJob > 0 && from < points.size(); from += pointsInAJob) {
                uploads.add(FlightPoints.encoded(points.subList(from, Math.min(points.size(), from + pointsInAJob))));
            }
            this.mostUploads = Math.min(
                    bounded ? MOST_UPLOADS_BOUNDED : MOST_UPLOADS,
                    (bounded ? MOST_JOBS_BOUNDED : MOST_JOBS) / Math.max(1, uploads.size()));
        }

        Trial trial(String mode) {
            return new Trial(mode, count, this::perform, run -> difference()).preparedBy(this::prepare);
        }

        private void prepare(Run run) {
            queue.empty();
            runNumber = run.number();
            uploaded = 0;
            ending = false;
            live = new ArrayList<>(count);
            for (int place = 0; place < count; place++) {
                live.add(JobSpec.builder(points.get(place))
                        .id(runNumber + "-live-" + place)
                        .priority(10)
                        .lane(LIVE)
                        .type(LIVE)
                        .build());
            }
        }

        private void perform(Run run) throws Exception {
            if (uploads.isEmpty()) {
                enqueue(run);
                return;
            }
            CountDownLatch begun = new CountDownLatch(1);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> uploader = threads.submit(() -> {
                    try {
                        upload(begun);
                    } finally {
                        begun.countDown();
                    }
                    return null;
                });
                boolean under = begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                try {
                    enqueue(run);
                } finally {
                    ending = true;
                }
                uploader.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (!under) {
                    throw new IllegalStateException("no upload began in " + PATIENCE_SECONDS + " s");
                }
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof Exception cause ? cause : failed;
            }
        }

        private void enqueue(Run run) {
            try (Latencies latencies = run.latencies()) {
                for (JobSpec<byte[]> job : live) {
                    long start = System.nanoTime();
                    EnqueueOutcome unused = queue.measured().enqueue(job);
                    latencies.since(start, 1);
                }
            }
        }

        private void upload(CountDownLatch begun) {
            for (int upload = 0; !ending && upload < mostUploads; upload++) {
                List<JobSpec<byte[]>> jobs = new ArrayList<>(uploads.size());
                for (int place = 0; place < uploads.size(); place++) {
                    jobs.add(JobSpec.builder(uploads.get(place))
                            .id(idOfUpload(upload, place))
                            .lane(BULK)
                            .type(BULK)
                            .build());
                }
                begun.countDown();
                List<EnqueueOutcome> unused = queue.measured().enqueueBatch(jobs);
                uploaded = upload + 1;
            }
        }

        private String idOfUpload(int upload, int place) {
            return runNumber + "-upload-" + upload + "-" + place;
        }

        private Optional<String> difference() {
            int bulk = uploaded * uploads.size();
            Optional<String> numbers = queue.differenceInNumbers(count + bulk, 0, count + bulk);
            if (numbers.isPresent()) {
                return numbers;
            }
            List<Job<byte[]>> drained = queue.drained();
            List<Job<byte[]>> fromBulk =
                    drained.stream().filter(job -> job.lane().equals(BULK)).toList();
            for (int i = 0; i < Math.min(bulk, fromBulk.size()); i++) {
                Job<byte[]> job = fromBulk.get(i);
                if (!job.id().equals(idOfUpload(i / uploads.size(), i % uploads.size()))
                        || !Arrays.equals(job.payload(), uploads.get(i % uploads.size()))) {
                    return Optional.of("job " + i + " of the uploads is another one");
                }
            }
            return BenchQueue.different("jobs of uploads", bulk, fromBulk.size())
                    .or(() -> BenchJobs.difference(
                            live,
                            drained.stream()
                                    .filter(job -> job.lane().equals(LIVE))
                                    .toList()));
        }
    }
}
