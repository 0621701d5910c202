package dev.millrace.tools.bench;

import static java.util.Objects.requireNonNull;

import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.cache.Cache;
import dev.millrace.command.Strings;
import dev.millrace.testkit.Await;
import dev.millrace.tools.report.ThreadKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What coherence costs: how long after a write was acknowledged to another client memory still answers with what was
 * there, and how fast memory is read while the server announces 10,000 changes a second, against none. The reads are
 * measured on loopback only: what adds a delay runs in this process, and would take from them what it needs.
 */
final class CacheInvalidationWorkload implements Workload {
    private static final int MOST_CHANGES = 5_000;
    /** A change takes its own trip, and that of the read which puts the next value into memory. */
    private static final int TRIPS_PER_CHANGE = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

    private static final int INVALIDATIONS_PER_SECOND = 10_000;
    private static final int AT_ONCE = 100;
    private static final int HOT = 1_000;
    /** What a read takes at most, about, so that a run keeps to its budget. */
    private static final int READ_NANOS = 200;

    private static final int TIMED_TOGETHER = 1_000;

    @Override
    public String name() {
        return "cache-invalidation";
    }

    @Override
    public String description() {
        return "a write elsewhere until memory forgets, and reads of memory under 10,000 invalidations a second";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        List<Trial> trials = new ArrayList<>();
        trials.add(new Changes(setting).trial());
        if (setting.roundTrip().isZero()) {
            Reads alone = new Reads(setting, false);
            Reads under = new Reads(setting, true);
            trials.add(alone.trial());
            trials.add(under.trial().remark(result -> under.against(alone)));
        }
        return trials;
    }

    /** Opens a cache for the suite's keys. */
    private static Cache<String, String> open(Setting setting) {
        return setting.redis().cache(CachedEntries.options(setting).build());
    }

    /** Changes a key elsewhere, and looks how long it stays in memory. */
    private static final class Changes {
        private final Setting setting;
        private final int changes;
        private final String address;
        private final String name;
        private final Histogram nanos = new Histogram(3);
        private @Nullable Cache<String, String> cache;
        private @Nullable String problem;

        Changes(Setting setting) {
            this.setting = setting;
            this.changes = Math.max(1, setting.roundTrips(MOST_CHANGES * TRIPS_PER_CHANGE) / TRIPS_PER_CHANGE);
            this.address = setting.keys().key("invalidation:changed");
            this.name = CachedEntries.keyOf(setting, address);
        }

        Trial trial() {
            return new Trial("written elsewhere, missed here", changes, this::perform, run -> difference())
                    .preparedBy(run -> {
                        setting.direct().run(Strings.set(address, "before run " + run.number()));
                        cache = open(setting);
                    })
                    .remark(result -> String.format(
                            Locale.ROOT,
                            "after the acknowledgement p50 %.3f ms, p99 %.3f ms, p99.9 %.3f ms, most %.3f ms, of %,d",
                            nanos.getValueAtPercentile(50) / 1e6,
                            nanos.getValueAtPercentile(99) / 1e6,
                            nanos.getValueAtPercentile(99.9) / 1e6,
                            nanos.getMaxValue() / 1e6,
                            nanos.getTotalCount()));
        }

        private void perform(Run run) {
            Cache<String, String> its = requireNonNull(cache);
            try (Latencies latencies = run.latencies()) {
                for (int change = 0; change < changes; change++) {
                    hold(its);
                    String next = "run " + run.number() + " change " + change;
                    setting.direct().run(Strings.set(address, next));
                    long start = System.nanoTime();
                    boolean forgotten = awaitMiss(its, start);
                    latencies.since(start, 1);
                    nanos.recordValue(System.nanoTime() - start);
                    if (!forgotten) {
                        note("a key was in memory for a second after it had changed");
                    }
                    if (!next.equals(its.get(name))) {
                        note("another value was read than the one written last");
                    }
                }
            }
        }

        /**
         * Reads until memory keeps it: a read that began before the message of the last change came is answered, and not
         * kept.
         */
        private void hold(Cache<String, String> its) {
            long since = System.nanoTime();
            while (its.getIfCached(name) == null) {
                if (its.get(name) == null || System.nanoTime() - since > PATIENCE_NANOS) {
                    throw new IllegalStateException("what was written can't be read into memory");
                }
            }
        }

        private boolean awaitMiss(Cache<String, String> its, long since) {
            while (its.getIfCached(name) != null) {
                if (System.nanoTime() - since > PATIENCE_NANOS) {
                    return false;
                }
                Thread.onSpinWait();
            }
            return true;
        }

        private void note(String what) {
            if (problem == null) {
                problem = what;
            }
        }

        private Optional<String> difference() {
            requireNonNull(cache).close();
            Optional<String> difference = Optional.ofNullable(problem);
            problem = null;
            return difference;
        }
    }

    /** Reads what is in memory, and stays there. */
    private static final class Reads {
        private final Setting setting;
        private final boolean invalidated;
        private final int reads;
        private final Entries hot;
        private final Entries changing;
        private final List<String> hotNames;
        private final List<String> changingNames;
        private final AtomicReference<@Nullable String> problem = new AtomicReference<>();
        private @Nullable Cache<String, String> cache;
        private final Figures readsPerNano = new Figures();
        private final Figures invalidationsPerSecond = new Figures();

        Reads(Setting setting, boolean invalidated) {
            this.setting = setting;
            this.invalidated = invalidated;
            long fitting = setting.effort().budget().toNanos() / READ_NANOS;
            this.reads = Math.toIntExact(Math.ceilDiv(fitting, TIMED_TOGETHER) * TIMED_TOGETHER);
            this.hot = new Entries(setting.keys(), "invalidation:hot", HOT);
            this.changing = new Entries(setting.keys(), "invalidation:changing", AT_ONCE);
            this.hotNames = names(hot);
            this.changingNames = names(changing);
        }

        private List<String> names(Entries entries) {
            List<String> names = new ArrayList<>(entries.count());
            for (int place = 0; place < entries.count(); place++) {
                names.add(CachedEntries.keyOf(setting, entries.key(place)));
            }
            return names;
        }

        Trial trial() {
            return new Trial(invalidated ? "reads, invalidated" : "reads", reads, this::perform, run -> difference())
                    .callers(1, ThreadKind.PLATFORM)
                    .preparedBy(this::prepare);
        }

        private void prepare(Run run) {
            hot.prepareFilled(run, setting.direct());
            changing.prepareFilled(run, setting.direct());
            Cache<String, String> opened = open(setting);
            // Until memory keeps them: what was written just now is still being announced.
            Await.until(
                    PATIENCE,
                    () -> opened.getAll(hotNames).size() == HOT
                            && hotNames.stream().allMatch(name -> opened.getIfCached(name) != null),
                    "the keys are in memory");
            cache = opened;
        }

        private void perform(Run run) {
            Cache<String, String> its = requireNonNull(cache);
            long heard = its.statistics().invalidations();
            long start = System.nanoTime();
            try (Writer writer =
                    invalidated ? Writer.start((double) INVALIDATIONS_PER_SECOND / AT_ONCE, () -> change(its)) : null) {
                read(run, its);
                long elapsed = System.nanoTime() - start;
                readsPerNano.add((double) reads / elapsed);
                invalidationsPerSecond.add((its.statistics().invalidations() - heard) / (elapsed / 1e9));
            }
        }

        /** Takes keys into memory, and writes them elsewhere: the server has to announce each. */
        private void change(Cache<String, String> its) {
            if (its.getAll(changingNames).size() != AT_ONCE) {
                problem.compareAndSet(null, "not every key that was changed could be read");
            }
            Batch batch = setting.direct().batch();
            List<Reply<String>> replies = new ArrayList<>(AT_ONCE);
            for (int place = 0; place < AT_ONCE; place++) {
                replies.add(batch.add(Strings.set(changing.key(place), changing.value(place))));
            }
            batch.run();
            replies.forEach(Reply::get);
        }

        private void read(Run run, Cache<String, String> its) {
            int wrong = 0;
            try (Latencies latencies = run.latencies()) {
                for (int from = 0; from < reads; from += TIMED_TOGETHER) {
                    long start = System.nanoTime();
                    for (int place = 0; place < TIMED_TOGETHER; place++) {
                        String value = its.getIfCached(hotNames.get(place));
                        if (!hot.value(place).equals(value)) {
                            wrong++;
                        }
                    }
                    latencies.since(start, TIMED_TOGETHER);
                }
            }
            if (wrong > 0) {
                problem.compareAndSet(null, wrong + " reads found nothing, or another value");
            }
        }

        private Optional<String> difference() {
            requireNonNull(cache).close();
            return Optional.ofNullable(problem.getAndSet(null));
        }

        String against(Reads alone) {
            return String.format(
                    Locale.ROOT,
                    "under %,.0f invalidations/s %.1f %% of the throughput without; latencies are those of %,d reads",
                    invalidationsPerSecond.median(),
                    100 * readsPerNano.median() / alone.readsPerNano.median(),
                    TIMED_TOGETHER);
        }
    }
}
