package dev.millrace.tools.bench;

import dev.millrace.queue.EnqueueOutcome;
import dev.millrace.queue.JobSpec;
import dev.millrace.tools.report.ThreadKind;
import java.util.List;
import java.util.Map;

/** Jobs that are enqueued one at a time: by one caller, and by a thousand at once, each a virtual thread. */
final class QueueCallersWorkload implements Workload {
    private static final int CALLERS = 1_000;
    private static final int EACH = 20;
    private static final int EACH_BOUNDED = 1;
    private static final int BYTES = 100;
    private static final int MOST = 20_000;
    private static final int MOST_BOUNDED = 500;

    @Override
    public String name() {
        return "queue-callers";
    }

    @Override
    public String description() {
        return "enqueue of one job a call, by one caller and from a thousand virtual threads";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        BenchQueue queue = new BenchQueue(setting, "callers");
        boolean bounded = setting.effort().bounded();
        int few = setting.roundTrips(bounded ? MOST_BOUNDED : MOST);
        return List.of(
                new Enqueueing(queue, 1, few).trial("one-by-one"),
                new Enqueueing(queue, CALLERS, bounded ? EACH_BOUNDED : EACH)
                        .trial("blocking")
                        .callers(CALLERS, ThreadKind.VIRTUAL));
    }

    /** One trial. */
    private static final class Enqueueing {
        private final BenchQueue queue;
        private final int callers;
        private final int each;
        private List<JobSpec<byte[]>> jobs = List.of();

        Enqueueing(BenchQueue queue, int callers, int each) {
            this.queue = queue;
            this.callers = callers;
            this.each = each;
        }

        Trial trial(String mode) {
            int count = callers * each;
            Trial trial = new Trial(
                            mode,
                            count,
                            run -> Callers.run(callers, caller -> enqueue(run, caller)),
                            run -> queue.differenceInNumbers(count, 0, count)
                                    .or(() -> BenchJobs.differenceOfCallers(jobs, queue.drained())))
                    .preparedBy(run -> {
                        queue.empty();
                        jobs = BenchJobs.of(run, count, BYTES);
                    });
            // Many callers share calls of the script, as many as happen to wait.
            return callers == 1 ? trial.serverCalls(Map.of("evalsha", (long) count)) : trial;
        }

        private void enqueue(Run run, int caller) {
            try (Latencies latencies = run.latencies()) {
                for (int place = caller * each; place < (caller + 1) * each; place++) {
                    long start = System.nanoTime();
                    EnqueueOutcome unused = queue.measured().enqueue(jobs.get(place));
                    latencies.since(start, 1);
                }
            }
        }
    }
}
