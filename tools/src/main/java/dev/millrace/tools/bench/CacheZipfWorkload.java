package dev.millrace.tools.bench;

import static java.util.Objects.requireNonNull;

import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheStatistics;
import dev.millrace.command.Strings;
import dev.millrace.tools.report.ThreadKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads of 100,000 keys, asked for as a Zipf distribution of s = 1 has it, through a memory of a tenth of them: alone, and
 * beside a writer, another client, which raises the versions of keys drawn the same way. No reader may be shown an older
 * version of a key than it has been shown before, nor one that nobody wrote.
 */
final class CacheZipfWorkload implements Workload {
    private static final int KEYS = 100_000;
    /** A tenth is in memory; where all is bounded, there is a tenth of everything. */
    private static final int FRACTION = 10;

    private static final double SKEW = 1;
    private static final int CALLERS = 16;
    private static final int MOST_READS = 2_000_000;
    /** Out of so many reads one waits for the server, about. */
    private static final int READS_PER_TRIP = 5;

    private static final int WRITES_PER_SECOND = 1_000;
    private static final int CHUNK = 500;
    private static final int WARM_PER_SECOND = 1_000_000;

    @Override
    public String name() {
        return "cache-zipf";
    }

    @Override
    public String description() {
        return "100,000 keys by a Zipf trace through a memory of 10,000, with and without a writer: hits, versions";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        Keys keys = new Keys(setting);
        return List.of(new Reads(keys, 0).trial(), new Reads(keys, WRITES_PER_SECOND).trial());
    }

    /** The keys, and the newest version of each. */
    private static final class Keys {
        private final Setting setting;
        private final int count;
        private final int inMemory;
        private final Zipf zipf;
        private final AtomicIntegerArray versions;
        private List<String> addresses = List.of();
        private List<String> names = List.of();

        Keys(Setting setting) {
            this.setting = setting;
            this.count = setting.effort().bounded() ? KEYS / FRACTION : KEYS;
            this.inMemory = count / FRACTION;
            this.zipf = new Zipf(count, SKEW);
            this.versions = new AtomicIntegerArray(count);
        }

        /** Stores the first version of each, once. */
        void fill() {
            if (!addresses.isEmpty()) {
                return;
            }
            addresses = setting.keys().numbered("zipf", count);
            names = addresses.stream()
                    .map(address -> CachedEntries.keyOf(setting, address))
                    .toList();
            for (int from = 0; from < count; from += CHUNK) {
                Batch batch = setting.direct().batch();
                List<Reply<String>> replies = new ArrayList<>(CHUNK);
                for (int key = from; key < Math.min(from + CHUNK, count); key++) {
                    replies.add(batch.add(Strings.set(addresses.get(key), value(key, 0))));
                }
                batch.run();
                replies.forEach(Reply::get);
            }
        }

        /** The version is raised first: what is read may be as new as that. */
        void raise(int key) {
            setting.direct().run(Strings.set(addresses.get(key), value(key, versions.incrementAndGet(key))));
        }

        static String value(int key, int version) {
            return key + " " + version + " is the version of the key before it, and the rest fills it up";
        }

        /** The version in a value of a key; -1 if it is none. Allocates nothing: most reads take less than that would. */
        static int version(int key, @Nullable String value) {
            int keyEnd = value == null ? -1 : value.indexOf(' ');
            int versionEnd = value == null ? -1 : value.indexOf(' ', keyEnd + 1);
            return value == null || versionEnd < 0 || Integer.parseInt(value, 0, keyEnd, 10) != key
                    ? -1
                    : Integer.parseInt(value, keyEnd + 1, versionEnd, 10);
        }
    }

    /** The trial with one rate of writes. */
    private static final class Reads {
        private final Keys keys;
        private final int writesPerSecond;
        private final int readsPerCaller;
        private final int[][] traces = new int[CALLERS][];
        private final int[][] seen = new int[CALLERS][];
        private final AtomicReference<@Nullable String> problem = new AtomicReference<>();
        private final AtomicLong hits = new AtomicLong();
        private final AtomicLong reads = new AtomicLong();
        private final AtomicLong invalidations = new AtomicLong();
        private @Nullable Cache<String, String> cache;
        private volatile double written;

        Reads(Keys keys, int writesPerSecond) {
            this.keys = keys;
            this.writesPerSecond = writesPerSecond;
            this.readsPerCaller = keys.setting.roundTrips(MOST_READS / CALLERS) * READS_PER_TRIP;
        }

        Trial trial() {
            return new Trial(
                            writesPerSecond == 0 ? "alone" : "with a writer",
                            CALLERS * readsPerCaller,
                            this::perform,
                            run -> difference())
                    .callers(CALLERS, ThreadKind.VIRTUAL)
                    .preparedBy(this::prepare)
                    .remark(result -> remark());
        }

        /** Begins where a cache is after a while: with the keys in memory that are asked for most. */
        private void prepare(Run run) {
            keys.fill();
            Cache<String, String> opened = keys.setting
                    .redis()
                    .cache(CachedEntries.options(keys.setting)
                            .maxEntries(keys.inMemory)
                            .build());
            int unused = opened.warm(keys.names.subList(0, keys.inMemory), WARM_PER_SECOND, progress -> {});
            SplittableRandom random = new SplittableRandom(run.number());
            for (int caller = 0; caller < CALLERS; caller++) {
                traces[caller] = keys.zipf.draw(random.split(), readsPerCaller);
                seen[caller] = new int[keys.count];
            }
            cache = opened;
        }

        private void perform(Run run) throws Exception {
            Cache<String, String> its = requireNonNull(cache);
            CacheStatistics before = its.statistics();
            SplittableRandom random = new SplittableRandom(-run.number());
            try (Writer writer = writesPerSecond == 0
                    ? null
                    : Writer.start(writesPerSecond, () -> keys.raise(keys.zipf.draw(random)))) {
                Callers.run(CALLERS, caller -> read(run, its, traces[caller], seen[caller]));
                if (writer != null) {
                    writer.close();
                    written = writer.rate();
                }
            }
            CacheStatistics after = its.statistics();
            hits.addAndGet(after.hits() - before.hits());
            reads.addAndGet(after.hits() - before.hits() + after.misses() - before.misses());
            invalidations.addAndGet(after.invalidations() - before.invalidations());
        }

        private void read(Run run, Cache<String, String> its, int[] trace, int[] versions) {
            try (Latencies latencies = run.latencies()) {
                for (int key : trace) {
                    long start = System.nanoTime();
                    String value = its.get(keys.names.get(key));
                    latencies.since(start, 1);
                    int version = Keys.version(key, value);
                    if (version < versions[key] || version > keys.versions.get(key)) {
                        problem.compareAndSet(
                                null,
                                "key " + key + " was shown in version " + version + " after " + versions[key] + ", "
                                        + keys.versions.get(key) + " being the newest");
                    }
                    versions[key] = Math.max(version, versions[key]);
                }
            }
        }

        private Optional<String> difference() {
            requireNonNull(cache).close();
            return Optional.ofNullable(problem.getAndSet(null));
        }

        private String remark() {
            String served = String.format(
                    Locale.ROOT,
                    "memory of %,d of %,d keys answered %.1f %% of %,d reads (the hottest are %.1f %% of them)",
                    keys.inMemory,
                    keys.count,
                    100.0 * hits.get() / reads.get(),
                    reads.get(),
                    100 * keys.zipf.shareOfFirst(keys.inMemory));
            return writesPerSecond == 0
                    ? served
                    : String.format(
                            Locale.ROOT,
                            "%s; %,.0f writes/s, %,d invalidations; no version went back",
                            served,
                            written,
                            invalidations.get());
        }
    }
}
