package dev.millrace.tools.bench;

import java.util.List;
import java.util.Map;

/**
 * A cache's bulk calls of so many entries against its single ones by one caller. What is read is on the server and not in
 * memory. A bulk call's latency is that of the whole call.
 */
final class CacheBatchesWorkload implements Workload {
    /** As many as fit the budget one by one on loopback: more keys make every write dearer to the server, in any way. */
    private static final int MOST_WRITTEN = 20_000;

    /** How often a batch writes each of them in one run, so that it is as long as the other. */
    private static final int MOST_ROUNDS = 20;

    private static final int MOST_READ = 50_000;

    private final boolean writes;
    private final int size;

    private CacheBatchesWorkload(boolean writes, int size) {
        this.writes = writes;
        this.size = size;
    }

    /** {@code set} one by one against {@code pipelineSet} of so many. */
    static CacheBatchesWorkload set(int size) {
        return new CacheBatchesWorkload(true, size);
    }

    /** {@code get} one by one against {@code getAll} and {@code pipelineGet} of so many. */
    static CacheBatchesWorkload get(int size) {
        return new CacheBatchesWorkload(false, size);
    }

    @Override
    public String name() {
        return (writes ? "cache-set-" : "cache-get-") + size;
    }

    @Override
    public String description() {
        return (writes
                        ? "a cache's set one by one, against pipelineSet of "
                        : "a cache's get one by one from a cold memory, against getAll and pipelineGet of ")
                + size;
    }

    @Override
    public List<Trial> trials(Setting setting) {
        return writes
                ? List.of(setOneByOne(setting), pipelineSet(setting))
                : List.of(
                        getOneByOne(setting),
                        // Both read keys; only the first asks the server to tell of their changes.
                        read(setting, "getAll", "pttl", CachedEntries::readAll),
                        read(setting, "pipelineGet", "get", CachedEntries::readPast));
    }

    /** A single call. */
    @FunctionalInterface
    private interface Single {
        void perform(CachedEntries entries, int place);
    }

    /** A bulk call. */
    @FunctionalInterface
    private interface Bulk {
        void perform(CachedEntries entries, int from, int to);
    }

    private static Trial setOneByOne(Setting setting) {
        CachedEntries entries = entries(setting, 1, MOST_WRITTEN);
        return new Trial(
                        "one-by-one",
                        entries.count(),
                        run -> oneByOne(run, entries, CachedEntries::writeOne),
                        run -> entries.differenceOnServer())
                .preparedBy(entries::open)
                .serverCalls(Map.of("set", (long) entries.count()));
    }

    private Trial pipelineSet(Setting setting) {
        CachedEntries entries = entries(setting, size, MOST_WRITTEN);
        int most = MOST_ROUNDS * MOST_WRITTEN / size;
        int rounds = Math.max(1, setting.roundTrips(most) * size / entries.count());
        return new Trial(
                        "pipelineSet",
                        rounds * entries.count(),
                        run -> {
                            for (int round = 0; round < rounds; round++) {
                                bulk(run, entries, CachedEntries::writeBatch);
                            }
                        },
                        run -> entries.differenceOnServer())
                .batch(size)
                .preparedBy(entries::open)
                .serverCalls(Map.of("set", (long) rounds * entries.count()));
    }

    private static Trial getOneByOne(Setting setting) {
        CachedEntries entries = entries(setting, 1, MOST_READ);
        long count = entries.count();
        return new Trial(
                        "one-by-one",
                        entries.count(),
                        run -> oneByOne(run, entries, CachedEntries::readOne),
                        run -> entries.difference())
                .preparedBy(entries::openFilled)
                .serverCalls(Map.of("get", count, "pttl", count));
    }

    private Trial read(Setting setting, String mode, String command, Bulk way) {
        CachedEntries entries = entries(setting, size, MOST_READ);
        return new Trial(mode, entries.count(), run -> bulk(run, entries, way), run -> entries.difference())
                .batch(size)
                .preparedBy(entries::openFilled)
                .serverCalls(Map.of(command, (long) entries.count()));
    }

    private static CachedEntries entries(Setting setting, int size, int most) {
        return new CachedEntries(setting, "cache", setting.roundTrips(most / size) * size);
    }

    private static void oneByOne(Run run, CachedEntries entries, Single single) {
        try (Latencies latencies = run.latencies()) {
            for (int place = 0; place < entries.count(); place++) {
                long start = System.nanoTime();
                single.perform(entries, place);
                latencies.since(start, 1);
            }
        }
    }

    private void bulk(Run run, CachedEntries entries, Bulk bulk) {
        try (Latencies latencies = run.latencies()) {
            for (int from = 0; from < entries.count(); from += size) {
                long start = System.nanoTime();
                bulk.perform(entries, from, from + size);
                latencies.since(start, size);
            }
        }
    }
}
