package dev.millrace.tools.bench;

import dev.millrace.command.MillraceException;
import dev.millrace.tools.report.Result;
import dev.millrace.tools.report.ThreadKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rounds of 50 operations, half SET and half GET: one by one, started together by one thread, and as plain blocking calls
 * of 50 virtual threads. What the last two cost in writes on the wire is the point.
 */
final class ConcurrentWorkload implements Workload {
    private static final int OPERATIONS = 50;
    private static final int MOST_ROUNDS = 400;

    @Override
    public String name() {
        return "concurrent-50";
    }

    @Override
    public String description() {
        return "50 operations at once, half SET and half GET: success rate and writes on the wire";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        int oneByOneRounds = Math.max(1, setting.roundTrips(MOST_ROUNDS * OPERATIONS) / OPERATIONS);
        int rounds = setting.roundTrips(MOST_ROUNDS);
        return List.of(
                new Rounds(setting, "one-by-one", oneByOneRounds, Rounds::oneByOne).trial(),
                new Rounds(setting, "started together", rounds, Rounds::startedTogether)
                        .trial()
                        .batch(OPERATIONS),
                new Rounds(setting, "blocking", rounds, Rounds::blocking)
                        .trial()
                        .callers(OPERATIONS, ThreadKind.VIRTUAL));
    }

    /** How one round is done. */
    @FunctionalInterface
    private interface Way {
        void perform(Rounds rounds, int round, Run run) throws Exception;
    }

    private static final class Rounds {
        private final Setting setting;
        private final String mode;
        private final int rounds;
        private final Way way;
        private final Entries written;
        private final Entries read;
        private final AtomicLong attempted = new AtomicLong();
        private final AtomicLong succeeded = new AtomicLong();

        Rounds(Setting setting, String mode, int rounds, Way way) {
            this.setting = setting;
            this.mode = mode;
            this.rounds = rounds;
            this.way = way;
            int half = rounds * OPERATIONS / 2;
            written = new Entries(setting.keys(), "concurrent:set", half);
            read = new Entries(setting.keys(), "concurrent:get", half);
        }

        Trial trial() {
            long half = (long) rounds * OPERATIONS / 2;
            return new Trial(mode, rounds * OPERATIONS, this::perform, run -> difference())
                    .preparedBy(run -> {
                        written.prepare(run);
                        read.prepareFilled(run, setting.direct());
                    })
                    .serverCalls(Map.of("set", half, "get", half))
                    .remark(this::remark);
        }

        private void perform(Run run) throws Exception {
            for (int round = 0; round < rounds; round++) {
                way.perform(this, round, run);
            }
        }

        private void oneByOne(int round, Run run) {
            try (Latencies latencies = run.latencies()) {
                for (int operation = 0; operation < OPERATIONS; operation++) {
                    timed(round, operation, latencies);
                }
            }
        }

        private void blocking(int round, Run run) throws Exception {
            Callers.run(OPERATIONS, operation -> {
                try (Latencies latencies = run.latencies()) {
                    timed(round, operation, latencies);
                }
            });
        }

        private void startedTogether(int round, Run run) {
            try (Latencies latencies = run.latencies()) {
                long start = System.nanoTime();
                List<CompletableFuture<?>> started = new ArrayList<>(OPERATIONS);
                for (int operation = 0; operation < OPERATIONS; operation++) {
                    int place = place(round, operation);
                    started.add((isWrite(operation)
                                    ? written.startWrite(setting.redis(), place)
                                    : read.startRead(setting.redis(), place))
                            .toCompletableFuture());
                }
                for (CompletableFuture<?> operation : started) {
                    attempted.incrementAndGet();
                    if (operation.handle((value, failure) -> failure == null).join()) {
                        succeeded.incrementAndGet();
                    }
                }
                latencies.since(start, OPERATIONS);
            }
        }

        private void timed(int round, int operation, Latencies latencies) {
            int place = place(round, operation);
            attempted.incrementAndGet();
            long start = System.nanoTime();
            try {
                if (isWrite(operation)) {
                    written.writeOne(setting.redis(), place);
                } else {
                    read.readOne(setting.redis(), place);
                }
                succeeded.incrementAndGet();
            } catch (MillraceException failed) {
                // Counted: the success rate is what this workload shows, and the comparison finds what is missing.
            }
            latencies.since(start, 1);
        }

        private static boolean isWrite(int operation) {
            return operation % 2 == 0;
        }

        private static int place(int round, int operation) {
            return (round * OPERATIONS + operation) / 2;
        }

        private Optional<String> difference() {
            return read.difference().or(() -> written.differenceOnServer(setting.direct()));
        }

        private String remark(Result result) {
            long all = attempted.get();
            long good = succeeded.get();
            String rate = good == all ? "100" : String.format(Locale.ROOT, "%.3f", 100.0 * good / all);
            Double perWrite = result.commandsPerWrite();
            String writes = perWrite == null
                    ? ""
                    : String.format(Locale.ROOT, ", %.1f writes for %d operations", OPERATIONS / perWrite, OPERATIONS);
            return String.format(Locale.ROOT, "%,d of %,d operations succeeded (%s %%)%s", good, all, rate, writes);
        }
    }
}
