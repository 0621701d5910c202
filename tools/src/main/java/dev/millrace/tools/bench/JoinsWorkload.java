package dev.millrace.tools.bench;

import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Strings;
import dev.millrace.storage.Answer;
import dev.millrace.storage.Democracy;
import dev.millrace.storage.PlaylistDemocracy;
import dev.millrace.storage.RoomPlugin;
import dev.millrace.storage.RoomPlugins;
import dev.millrace.storage.Storage;
import dev.millrace.storage.StorageOptions;
import dev.millrace.tools.report.Result;
import dev.millrace.tools.report.ThreadKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Whoever joins a listening room is shown the components of its four plugins, of 13 keys. One joins, and a hundred join at
 * the same moment: plugin by plugin and one after the other, as clients that don't pipeline do; a room's plugins in one
 * trip; plugin by plugin, but all at once; by {@link RoomPlugins} with nothing in memory, and with all in memory. The
 * latency of a join counts from the moment at which all of them came.
 */
final class JoinsWorkload implements Workload {
    private static final int MANY = 100;
    private static final int FEW = 10;
    private static final int MOST_ROUNDS = 50;
    private static final String DEMOCRACY = "playlist-democracy";
    private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();

    static {
        KEYS.put(DEMOCRACY, List.of("config", "playing", "tally", "skipped"));
        KEYS.put("lights", List.of("mode", "color", "brightness"));
        KEYS.put("chat", List.of("topic", "pinned", "slow-mode"));
        KEYS.put("queue", List.of("next", "after-next", "length"));
    }

    @Override
    public String name() {
        return "joins";
    }

    @Override
    public String description() {
        return "one user and 100 users join a room with four plugins: what they are shown, in how many round trips";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        List<Trial> trials = new ArrayList<>();
        for (int users : new int[] {1, MANY}) {
            String who = users == 1 ? "one join" : "100 joins";
            int bounded = setting.effort().bounded() ? Math.min(users, FEW) : users;
            Storm oneByOne = new Storm(setting, users, bounded, KEYS.size() * bounded);
            trials.add(oneByOne.trial(who + " one-by-one", oneByOne::pluginByPlugin, false));
            Storm pipelined = new Storm(setting, users, users, users);
            trials.add(pipelined.trial(who + " pipelined", pipelined::inOneTrip, false));
            if (users > 1) {
                Storm together = new Storm(setting, users, users, KEYS.size());
                trials.add(together.trial(who + " at once", together::pluginByPlugin, true));
            }
            Storm coalesced = new Storm(setting, users, users, 1);
            trials.add(coalesced.trial(who + " coalesced", coalesced::components, true));
            Storm remembered = new Storm(setting, users, users, 1);
            trials.add(remembered
                    .trial(who + " in memory", remembered::components, true)
                    .preparedBy(run -> {
                        remembered.prepare(run);
                        remembered.remember();
                    }));
        }
        return trials;
    }

    /** What a user does who joins a room; the components that are shown. */
    @FunctionalInterface
    private interface Way {
        Map<String, ? extends @Nullable Object> join(int room);
    }

    /** A plugin whose component is what its keys hold. */
    private record Facts(String name, List<String> componentKeys) implements RoomPlugin<Map<String, String>> {
        @Override
        public Map<String, String> component(Map<String, String> values) {
            return Map.copyOf(values);
        }
    }

    /** Users who join at the same moment, room after room. */
    private static final class Storm {
        private final Setting setting;
        private final StorageOptions options;
        private final int wanted;
        private final int users;
        private final int rounds;
        private final AtomicLong wrong = new AtomicLong();
        private @Nullable Storage storage;
        private @Nullable RoomPlugins plugins;
        private int run;

        /**
         * @param wanted how many join, were there time for all
         * @param users how many do
         * @param trips about how many round trips that takes, one after another
         */
        Storm(Setting setting, int wanted, int users, int trips) {
            this.setting = setting;
            this.options =
                    StorageOptions.ofDefaults().prefix(setting.keys().prefix()).within(Duration.ofSeconds(10));
            this.wanted = wanted;
            this.users = users;
            this.rounds = Math.max(1, setting.roundTrips(MOST_ROUNDS * trips) / trips);
        }

        Trial trial(String mode, Way way, boolean atOnce) {
            Trial trial = new Trial(mode, rounds * users, run -> perform(run, way, atOnce), run -> difference())
                    .preparedBy(this::prepare)
                    .endedBy(this::close)
                    .remark(this::remark);
            return atOnce && users > 1 ? trial.callers(users, ThreadKind.VIRTUAL) : trial;
        }

        void prepare(Run now) {
            run = now.number();
            wrong.set(0);
            Storage filling = setting.direct().storage(options);
            PlaylistDemocracy democracy = new PlaylistDemocracy(filling);
            for (int room = 0; room < rounds; room++) {
                Map<String, String> facts = new LinkedHashMap<>();
                for (Map.Entry<String, List<String>> plugin : KEYS.entrySet()) {
                    for (String key : plugin.getValue()) {
                        String address = address(room, plugin.getKey(), key);
                        if (!plugin.getKey().equals(DEMOCRACY)) {
                            facts.put(address, value(room, key));
                        }
                    }
                }
                setting.direct().run(Strings.mset(facts));
                required(democracy.configure(room(room), Democracy.Rules.DEFAULT));
                required(democracy.play(room(room), value(room, "playing")));
            }
            filling.close();
            Storage fresh = setting.redis().storage(options);
            storage = fresh;
            RoomPlugins all = new RoomPlugins(fresh);
            all.register(new PlaylistDemocracy(fresh));
            KEYS.forEach((name, keys) -> {
                if (!name.equals(DEMOCRACY)) {
                    all.register(new Facts(name, keys));
                }
            });
            plugins = all;
        }

        /** Reads every room once. */
        void remember() {
            for (int room = 0; room < rounds; room++) {
                components(room);
            }
        }

        private void perform(Run run, Way way, boolean atOnce) throws Exception {
            for (int round = 0; round < rounds; round++) {
                int room = round;
                long[] came = {System.nanoTime()};
                if (atOnce && users > 1) {
                    CyclicBarrier start = new CyclicBarrier(users, () -> came[0] = System.nanoTime());
                    Callers.run(users, user -> {
                        start.await();
                        join(run, way, room, came[0]);
                    });
                } else {
                    for (int user = 0; user < users; user++) {
                        join(run, way, room, came[0]);
                    }
                }
            }
        }

        private void join(Run run, Way way, int room, long came) {
            try (Latencies latencies = run.latencies()) {
                Map<String, ?> shown = way.join(room);
                latencies.since(came, 1);
                if (!isRight(room, shown)) {
                    wrong.incrementAndGet();
                }
            }
        }

        /** One trip for each plugin. */
        Map<String, @Nullable Object> pluginByPlugin(int room) {
            Map<String, @Nullable Object> shown = new LinkedHashMap<>();
            Storage its = Objects.requireNonNull(storage);
            KEYS.forEach(
                    (name, keys) -> shown.put(name, its.plugin(room(room), name).mget(keys.toArray(String[]::new))));
            return shown;
        }

        /** One trip for all plugins. */
        Map<String, @Nullable Object> inOneTrip(int room) {
            Map<String, Reply<List<@Nullable String>>> replies = new LinkedHashMap<>();
            Batch batch = setting.redis().batch();
            KEYS.forEach((name, keys) -> replies.put(
                    name,
                    batch.add(Strings.mget(
                            keys.stream().map(key -> address(room, name, key)).toArray(String[]::new)))));
            batch.run();
            Map<String, @Nullable Object> shown = new LinkedHashMap<>();
            replies.forEach((name, reply) -> shown.put(name, reply.get()));
            return shown;
        }

        Map<String, @Nullable Object> components(int room) {
            Map<String, @Nullable Object> shown = new LinkedHashMap<>();
            Objects.requireNonNull(plugins)
                    .components(room(room))
                    .forEach((name, answer) -> shown.put(name, answer.value()));
            return shown;
        }

        private boolean isRight(int room, Map<String, ?> shown) {
            return shown.keySet().equals(KEYS.keySet())
                    && shown.entrySet().stream().allMatch(one -> isRight(room, one.getKey(), one.getValue()));
        }

        private boolean isRight(int room, String plugin, @Nullable Object component) {
            List<String> keys = Objects.requireNonNull(KEYS.get(plugin));
            if (plugin.equals(DEMOCRACY)) {
                String playing = value(room, "playing");
                return component instanceof Democracy democracy
                        ? playing.equals(democracy.playing())
                        : component instanceof List<?> values && playing.equals(values.get(1));
            }
            List<String> expected = keys.stream().map(key -> value(room, key)).toList();
            return component instanceof Map<?, ?> map
                    ? keys.stream().map(map::get).toList().equals(expected)
                    : expected.equals(component);
        }

        private Optional<String> difference() {
            close();
            long count = wrong.get();
            return count == 0
                    ? Optional.empty()
                    : Optional.of(String.format(
                            Locale.ROOT, "%,d of %,d joins were shown something else", count, users * rounds));
        }

        private String remark(Result result) {
            Long trips = result.roundTrips();
            String words = trips == null
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            "%s round trips for %s",
                            trimmed((double) trips / rounds),
                            users == 1 ? "a join" : users + " joins");
            return users == wanted ? words : words + ", of " + wanted;
        }

        private static String trimmed(double number) {
            return number == Math.rint(number)
                    ? Long.toString((long) number)
                    : String.format(Locale.ROOT, "%.1f", number);
        }

        private static String room(int room) {
            return "room-" + room;
        }

        /** The whole key, which is removed at the end. */
        private String address(int room, String plugin, String key) {
            return setting.keys().key("{" + room(room) + "}:" + plugin + ":" + key);
        }

        private String value(int room, String key) {
            return key + " of " + room(room) + " in run " + run;
        }

        private static void required(Answer<?> answer) {
            if (answer.error() != null) {
                throw answer.error();
            }
        }

        void close() {
            Storage open = storage;
            if (open != null) {
                open.close();
                storage = null;
            }
        }
    }
}
