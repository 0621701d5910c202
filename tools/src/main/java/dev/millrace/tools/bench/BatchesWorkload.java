package dev.millrace.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** SET and GET one by one, against explicit batches of 10, 100 and 500. A batch's latency is that of the whole batch. */
final class BatchesWorkload implements Workload {
    private static final int[] SIZES = {10, 100, 500};
    private static final int MOST_KEYS = 50_000;

    @Override
    public String name() {
        return "batches";
    }

    @Override
    public String description() {
        return "SET and GET one by one, against explicit batches of 10, 100 and 500";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        List<Trial> trials = new ArrayList<>();
        trials.add(oneByOneSet(setting));
        for (int size : SIZES) {
            trials.add(pipelinedSet(setting, size));
        }
        trials.add(oneByOneGet(setting));
        for (int size : SIZES) {
            trials.add(pipelinedGet(setting, size));
        }
        return trials;
    }

    private static Trial oneByOneSet(Setting setting) {
        Entries entries = entries(setting, 1);
        return new Trial(
                        "set one-by-one",
                        entries.count(),
                        run -> oneByOne(run, entries, place -> entries.writeOne(setting.redis(), place)),
                        run -> entries.differenceOnServer(setting.direct()))
                .preparedBy(entries::prepare)
                .serverCalls(Map.of("set", (long) entries.count()));
    }

    private static Trial oneByOneGet(Setting setting) {
        Entries entries = entries(setting, 1);
        return new Trial(
                        "get one-by-one",
                        entries.count(),
                        run -> oneByOne(run, entries, place -> entries.readOne(setting.redis(), place)),
                        run -> entries.difference())
                .preparedBy(run -> entries.prepareFilled(run, setting.direct()))
                .serverCalls(Map.of("get", (long) entries.count()));
    }

    private static Trial pipelinedSet(Setting setting, int size) {
        Entries entries = entries(setting, size);
        return new Trial(
                        "set pipelined",
                        entries.count(),
                        run -> pipelined(
                                run, entries, size, (from, to) -> entries.writeBatch(setting.redis(), from, to)),
                        run -> entries.differenceOnServer(setting.direct()))
                .batch(size)
                .preparedBy(entries::prepare)
                .serverCalls(Map.of("set", (long) entries.count()));
    }

    private static Trial pipelinedGet(Setting setting, int size) {
        Entries entries = entries(setting, size);
        return new Trial(
                        "get pipelined",
                        entries.count(),
                        run -> pipelined(
                                run, entries, size, (from, to) -> entries.readBatch(setting.redis(), from, to)),
                        run -> entries.difference())
                .batch(size)
                .preparedBy(run -> entries.prepareFilled(run, setting.direct()))
                .serverCalls(Map.of("get", (long) entries.count()));
    }

    private static Entries entries(Setting setting, int size) {
        int count = setting.roundTrips(MOST_KEYS / size) * size;
        return new Entries(setting.keys(), "batches", count);
    }

    @FunctionalInterface
    private interface Single {
        void perform(int place);
    }

    @FunctionalInterface
    private interface Range {
        void perform(int from, int to);
    }

    private static void oneByOne(Run run, Entries entries, Single single) {
        try (Latencies latencies = run.latencies()) {
            for (int place = 0; place < entries.count(); place++) {
                long start = System.nanoTime();
                single.perform(place);
                latencies.since(start, 1);
            }
        }
    }

    private static void pipelined(Run run, Entries entries, int size, Range range) {
        try (Latencies latencies = run.latencies()) {
            for (int from = 0; from < entries.count(); from += size) {
                long start = System.nanoTime();
                range.perform(from, from + size);
                latencies.since(start, size);
            }
        }
    }
}
