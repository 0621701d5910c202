package dev.millrace.tools.bench;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static java.util.Objects.requireNonNull;

import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheEntry;
import dev.millrace.cache.CacheOptions;
import dev.millrace.cache.Loader;
import dev.millrace.cache.Written;
import dev.millrace.command.Keys;
import dev.millrace.testkit.Await;
import dev.millrace.tools.report.ThreadKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A hot key has just expired, everywhere, and 1,000 callers ask for it at the same moment; loading it takes 5 ms, as a
 * query would. Each loads for itself, as without a cache that knows better; through the cache of one process; through the
 * caches of four processes. Whoever loads counts it at the server, so the loads of all processes are known.
 *
 * <p>Processes of their own go to the servers directly, so they are measured on loopback only.
 */
final class CacheStampedeWorkload implements Workload {
    static final int CALLERS = 1_000;
    private static final int PROCESSES = 4;
    private static final Duration LOADING = Duration.ofMillis(5);
    private static final Duration LASTING = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_ROUNDS = 20;
    private static final int FEW_ROUNDS = 1;

    @Override
    public String name() {
        return "cache-stampede";
    }

    @Override
    public String description() {
        return "1,000 callers ask for a key that has just expired, in one process and in four: loads, the slowest caller";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        List<Trial> trials = new ArrayList<>();
        trials.add(
                new Storm(setting, "each for itself", false) {
                    @Override
                    void ask(Run run, int round) throws Exception {
                        together(run, round, key -> lookAside(setting.redis(), round));
                    }
                }.trial());
        trials.add(
                new Storm(setting, "one process", true) {
                    @Override
                    void ask(Run run, int round) throws Exception {
                        Loader<String, String> loader = loader(setting.redis(), counter(round), value(round));
                        together(run, round, key -> cache().get(key, loader));
                    }
                }.trial());
        if (setting.roundTrip().isZero()) {
            trials.add(new SeveralProcesses(setting).trial());
        }
        return trials;
    }

    /** Options of the caches that are stormed. Nothing is refreshed early, and nothing is believed absent. */
    static CacheOptions<String, String> options(String prefix) {
        return CacheOptions.ofStrings("bench")
                .prefix(prefix)
                .beta(0)
                .negative(Duration.ZERO)
                .build();
    }

    /** Loads, slowly, and counts it. */
    static Loader<String, String> loader(Millrace redis, String counter, String value) {
        return key -> {
            Thread.sleep(LOADING);
            Long unused = redis.run(incr(counter));
            return value;
        };
    }

    /** Waits until memory has none of the keys any more. */
    static void awaitForgotten(Cache<String, String> cache, List<String> keys) {
        Await.until(
                PATIENCE, () -> keys.stream().allMatch(key -> cache.getIfCached(key) == null), "they are forgotten");
    }

    /** What one caller does. */
    @FunctionalInterface
    interface Question {
        @Nullable
        String ask(String key) throws Exception;
    }

    /**
     * Asks by so many callers, each a virtual thread, that set out together.
     *
     * @param nanos takes how long each waited
     * @return how many got another answer than the one expected
     */
    static long together(int callers, String key, String expected, Question question, long[] nanos) throws Exception {
        CyclicBarrier start = new CyclicBarrier(callers);
        AtomicLong wrong = new AtomicLong();
        Callers.run(callers, caller -> {
            start.await();
            long began = System.nanoTime();
            String answer = question.ask(key);
            nanos[caller] = System.nanoTime() - began;
            if (!Objects.equals(expected, answer)) {
                wrong.incrementAndGet();
            }
        });
        return wrong.get();
    }

    /** One way for all callers. */
    private abstract static class Storm {
        final Setting setting;
        private final String mode;
        private final boolean once;
        private final int rounds;
        private final List<String> addresses;
        private final List<String> counters;
        private final List<String> names;
        private final AtomicLong loads = new AtomicLong();
        private final AtomicLong stormed = new AtomicLong();
        private final AtomicLong slowest = new AtomicLong();
        private final AtomicLong wrong = new AtomicLong();
        private @Nullable Cache<String, String> cache;
        private int run;

        /** @param once whether each key must be loaded exactly once */
        Storm(Setting setting, String mode, boolean once) {
            this.setting = setting;
            this.mode = mode;
            this.once = once;
            this.rounds = setting.effort().bounded() ? FEW_ROUNDS : MOST_ROUNDS;
            this.addresses = setting.keys().numbered("stampede", rounds);
            this.counters = setting.keys().numbered("stampede:loads", rounds);
            this.names = addresses.stream()
                    .map(address -> CachedEntries.keyOf(setting, address))
                    .toList();
        }

        /** Has all callers ask for the key of a round. */
        abstract void ask(Run of, int round) throws Exception;

        /** Has other processes take the keys into memory too, before they expire. */
        void hold(List<String> keys) {}

        /** Waits until those processes have none of them in memory any more: all begin with nothing. */
        void forget(List<String> keys) {}

        Trial trial() {
            return new Trial(mode, rounds * CALLERS, this::perform, of -> difference())
                    .callers(CALLERS, ThreadKind.VIRTUAL)
                    .preparedBy(this::prepare)
                    .remark(result -> String.format(
                            Locale.ROOT,
                            "%,d loads of %,d expired keys; the slowest caller took %.1f ms, loading 5 ms of them",
                            loads.get(),
                            stormed.get(),
                            slowest.get() / 1e6));
        }

        Cache<String, String> cache() {
            return requireNonNull(cache);
        }

        String name(int round) {
            return names.get(round);
        }

        String counter(int round) {
            return counters.get(round);
        }

        String value(int round) {
            return "run " + run + " round " + round;
        }

        /** The keys were in use, and have expired. */
        private void prepare(Run of) {
            run = of.number();
            Long unused = setting.direct().run(Keys.unlink(counters.toArray(String[]::new)));
            Cache<String, String> opened =
                    setting.redis().cache(options(setting.keys().prefix()));
            List<CacheEntry<String, String>> old = new ArrayList<>();
            names.forEach(name -> old.add(CacheEntry.of(name, "expired", LASTING)));
            opened.pipelineSet(old).values().forEach(Written::orThrow);
            Map<String, String> unusedValues = opened.getAll(names);
            hold(names);
            Await.until(
                    PATIENCE,
                    () -> Objects.equals(setting.direct().run(Keys.exists(addresses.toArray(String[]::new))), 0L),
                    "the keys have expired");
            awaitForgotten(opened, names);
            forget(names);
            cache = opened;
        }

        private void perform(Run of) throws Exception {
            for (int round = 0; round < rounds; round++) {
                ask(of, round);
            }
        }

        void together(Run of, int round, Question question) throws Exception {
            long[] nanos = new long[CALLERS];
            take(of, CacheStampedeWorkload.together(CALLERS, name(round), value(round), question, nanos), nanos);
        }

        void take(Run of, long mismatches, long[] nanos) {
            wrong.addAndGet(mismatches);
            of.take(nanos, nanos.length);
            of.advance(nanos.length);
            for (long each : nanos) {
                slowest.accumulateAndGet(each, Math::max);
            }
        }

        String lookAside(Millrace redis, int round) throws Exception {
            String value = redis.run(get(addresses.get(round)));
            if (value == null) {
                value = loader(redis, counter(round), value(round)).load(name(round));
                String unused = redis.run(set(addresses.get(round), requireNonNull(value)));
            }
            return value;
        }

        private Optional<String> difference() {
            cache().close();
            Batch batch = setting.direct().batch();
            List<Reply<String>> counted = new ArrayList<>();
            counters.forEach(counter -> counted.add(batch.add(get(counter))));
            batch.run();
            Optional<String> difference = Optional.empty();
            for (int round = 0; round < rounds; round++) {
                String count = counted.get(round).get();
                long loaded = count == null ? 0 : Long.parseLong(count);
                loads.addAndGet(loaded);
                stormed.incrementAndGet();
                if (once && loaded != 1) {
                    difference = Optional.of("the key of round " + round + " was loaded " + loaded + " times");
                }
            }
            long bad = wrong.getAndSet(0);
            return bad == 0 ? difference : Optional.of(bad + " callers got another value");
        }
    }

    /** Four processes of 250 callers each. They live until nothing is measured any more. */
    private static final class SeveralProcesses extends Storm {
        private final List<StampedeProcess> processes = new ArrayList<>();

        SeveralProcesses(Setting setting) {
            super(setting, PROCESSES + " processes", true);
        }

        @Override
        Trial trial() {
            return super.trial().endedBy(() -> processes.forEach(StampedeProcess::close));
        }

        @Override
        void hold(List<String> keys) {
            try {
                while (processes.size() < PROCESSES) {
                    processes.add(StampedeProcess.start(
                            setting.options(), setting.keys().prefix()));
                }
                for (StampedeProcess process : processes) {
                    process.hold(keys);
                }
                for (StampedeProcess process : processes) {
                    process.awaitHeld();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        void forget(List<String> keys) {
            try {
                for (StampedeProcess process : processes) {
                    process.forget(keys);
                }
                for (StampedeProcess process : processes) {
                    process.awaitForgotten();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        void ask(Run of, int round) throws IOException {
            for (StampedeProcess process : processes) {
                process.storm(CALLERS / PROCESSES, name(round), counter(round), value(round));
            }
            for (StampedeProcess process : processes) {
                StampedeProcess.Outcome outcome = process.awaitOutcome();
                take(of, outcome.wrong(), outcome.nanos());
            }
        }
    }
}
