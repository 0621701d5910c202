package dev.millrace.tools.bench;

import static dev.millrace.command.Strings.get;
import static java.util.Objects.requireNonNull;

import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.cache.Cache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that answers a kilobyte of JSON made from ten values in Redis: asked for each time, in ten trips and in
 * one, and cached for five minutes. Each run of the cached one begins with nothing cached, so its first answer is made.
 */
final class CacheApiWorkload implements Workload {
    private static final int READS = 10;
    private static final int MOST_ANSWERS = 2_000;
    /** About one each third of a second for as long as the answer lives. */
    private static final int CACHED_ANSWERS = 1_000;

    private static final Duration TTL = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "cache-api";
    }

    @Override
    public String description() {
        return "an API's answer of 1 KB made from ten reads: each time, against cached for 5 min";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        Endpoint endpoint = new Endpoint(setting);
        Way oneByOne = new Way(endpoint, "one-by-one", setting.roundTrips(MOST_ANSWERS * READS) / READS);
        Way batched = new Way(endpoint, "batched", setting.roundTrips(MOST_ANSWERS));
        Way cached = new Way(endpoint, "cached", CACHED_ANSWERS);
        return List.of(
                oneByOne.trial(run -> oneByOne.perform(run, endpoint::oneByOne)),
                batched.trial(run -> batched.perform(run, endpoint::batched)),
                cached.trial(run -> cached.perform(run, endpoint::cached))
                        .remark(result -> cached.against(oneByOne, batched)));
    }

    /** Makes an answer. */
    @FunctionalInterface
    private interface Answer {
        @Nullable
        String make();
    }

    /** The endpoint and what it reads. */
    private static final class Endpoint {
        private final Setting setting;
        private final Entries values;
        private final String name;
        private @Nullable Cache<String, String> cache;

        Endpoint(Setting setting) {
            this.setting = setting;
            this.values = new Entries(setting.keys(), "api:value", READS);
            this.name = CachedEntries.keyOf(setting, setting.keys().key("api:health"));
        }

        /** Makes this run's values and answers what must be answered. */
        String open(Run run) {
            values.prepareFilled(run, setting.direct());
            Cache<String, String> opened = setting.redis()
                    .cache(CachedEntries.options(setting)
                            .ttl(TTL)
                            .loader(key -> batched())
                            .build());
            opened.invalidate(name).orThrow();
            cache = opened;
            List<String> expected = new ArrayList<>();
            for (int place = 0; place < READS; place++) {
                expected.add(values.value(place));
            }
            return json(expected);
        }

        void close() {
            requireNonNull(cache).close();
        }

        String oneByOne() {
            List<@Nullable String> read = new ArrayList<>(READS);
            for (int place = 0; place < READS; place++) {
                read.add(setting.redis().run(get(values.key(place))));
            }
            return json(read);
        }

        String batched() {
            Millrace redis = setting.redis();
            Batch batch = redis.batch();
            List<Reply<String>> replies = new ArrayList<>(READS);
            for (int place = 0; place < READS; place++) {
                replies.add(batch.add(get(values.key(place))));
            }
            batch.run();
            List<@Nullable String> read = new ArrayList<>(READS);
            replies.forEach(reply -> read.add(reply.get()));
            return json(read);
        }

        @Nullable
        String cached() {
            return requireNonNull(cache).get(name);
        }

        private static String json(List<? extends @Nullable String> read) {
            StringBuilder json = new StringBuilder("{\"status\":\"up\",\"checks\":[");
            for (int place = 0; place < READS; place++) {
                json.append(place == 0 ? "" : ",")
                        .append("{\"name\":\"check ")
                        .append(place)
                        .append("\",\"detail\":\"")
                        .append(read.get(place))
                        .append("\"}");
            }
            return json.append("]}").toString();
        }
    }

    /** One way to answer, and what its runs came to. */
    private static final class Way {
        private final Endpoint endpoint;
        private final String mode;
        private final int answers;
        private volatile String expected = "";
        private final AtomicLong wrong = new AtomicLong();
        private final Figures nanos = new Figures();
        private final Figures commands = new Figures();

        Way(Endpoint endpoint, String mode, int answers) {
            this.endpoint = endpoint;
            this.mode = mode;
            this.answers = Math.max(1, answers);
        }

        Trial trial(Trial.Step perform) {
            return new Trial(mode, answers, perform, run -> difference())
                    .preparedBy(run -> expected = endpoint.open(run));
        }

        void perform(Run run, Answer answer) {
            String right = expected;
            long sent = endpoint.setting.redis().statistics().commands();
            long began = System.nanoTime();
            try (Latencies latencies = run.latencies()) {
                for (int i = 0; i < answers; i++) {
                    long start = System.nanoTime();
                    String made = answer.make();
                    latencies.since(start, 1);
                    if (!right.equals(made)) {
                        wrong.incrementAndGet();
                    }
                }
            }
            nanos.add((double) (System.nanoTime() - began) / answers);
            commands.add((double) (endpoint.setting.redis().statistics().commands() - sent) / answers);
        }

        private Optional<String> difference() {
            endpoint.close();
            long bad = wrong.getAndSet(0);
            return bad == 0 ? Optional.empty() : Optional.of(bad + " of " + answers + " answers are other ones");
        }

        String against(Way oneByOne, Way batched) {
            return String.format(
                    Locale.ROOT,
                    "%.3f commands an answer, %.2f %% of the %.1f uncached; %.2f %% faster than one by one, %.2f %% than"
                            + " batched",
                    commands.median(),
                    100 * commands.median() / oneByOne.commands.median(),
                    oneByOne.commands.median(),
                    100 * (1 - nanos.median() / oneByOne.nanos.median()),
                    100 * (1 - nanos.median() / batched.nanos.median()));
        }
    }
}
