package dev.millrace.state;

import static dev.millrace.state.StateFixture.NAME;
import static dev.millrace.state.StateFixture.PLAYER;
import static dev.millrace.state.StateFixture.RANK;
import static dev.millrace.state.StateFixture.SEEN;
import static dev.millrace.state.StateFixture.SOON;
import static dev.millrace.state.StateFixture.stored;
import static dev.millrace.state.StateFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.TestProxies;
import dev.millrace.command.MillraceException;
import dev.millrace.state.StateFixture.Socket;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three processes with random operations: one after the other, against a plain model; and at once, while they are cut off and
 * held up, until all three and Redis must agree.
 *
 * <p>A few seeds and a new one each time, which is printed; {@code -Dmillrace.seed=N} runs that one alone.
 */
@OnEveryTopology
@NoLeakedThreads
@Timeout(300)
class StateModelIT {
    private static final int STEPS = 600;

    private static TestDeployment server;

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.ask("FLUSHALL");
    }

    static LongStream seeds() {
        Long one = Long.getLong("millrace.seed");
        return one != null ? LongStream.of(one) : LongStream.of(1, 2, new Random().nextInt(1_000_000));
    }

    // ---- one after the other ----

    /** What a record must be. */
    private static final class Expected {
        final int home;
        long seen;
        long rank;

        @Nullable
        String name;

        @Nullable
        String player;

        Expected(int home) {
            this.home = home;
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void states_underRandomOperations_areWhatTheModelIs(long seed) {
        System.out.println("model-based test of the state: -Dmillrace.seed=" + seed);
        Random random = new Random(seed);
        try (StateFixture fixture = new StateFixture("model")) {
            List<State<Socket>> states = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                states.add(fixture.open(server, "p" + i, StateMode.hybrid()));
            }
            Map<String, Expected> model = new TreeMap<>();
            for (int step = 0; step < STEPS; step++) {
                step(random, states, model);
                if (step % 40 == 39) {
                    compare(fixture, states, model);
                }
            }
            compare(fixture, states, model);
        }
    }

    private static void step(Random random, List<State<Socket>> states, Map<String, Expected> model) {
        String id = "c" + random.nextInt(12);
        int who = random.nextInt(3);
        State<Socket> state = states.get(who);
        Expected expected = model.get(id);
        int value = random.nextInt(1_000);
        String player = random.nextInt(4) == 0 ? null : "p:" + random.nextInt(4);
        switch (random.nextInt(9)) {
            case 0 -> {
                Expected fresh = new Expected(who);
                fresh.player = player;
                fresh.rank = value;
                state.register(id, null, change -> change.set(PLAYER, player).set(RANK, value));
                model.put(id, fresh);
            }
            case 1 -> {
                if (expected != null) {
                    assertThat(known(states, expected.home, id).disconnect()).isTrue();
                    assertThat(states.get(expected.home).flush(SOON)).isTrue();
                    model.remove(id);
                }
            }
            case 2, 3 -> {
                if (expected != null) {
                    assertThat(known(states, expected.home, id).set(SEEN, (long) value))
                            .isTrue();
                    expected.seen = value;
                }
            }
            case 4 -> {
                if (expected != null) {
                    String name = value % 3 == 0 ? null : "name " + value;
                    assertThat(known(states, expected.home, id).set(NAME, name)).isTrue();
                    expected.name = name;
                }
            }
            case 5, 6 -> {
                if (expected != null) {
                    StateRecord<Socket> record = known(states, who, id);
                    assertThat(record.update(change -> change.set(RANK, value).set(PLAYER, player)))
                            .isTrue();
                    expected.rank = value;
                    expected.player = player;
                    assertThat(record.get(RANK)).isEqualTo(value);
                }
            }
            case 7 -> {
                if (expected != null) {
                    StateRecord<Socket> record = known(states, who, id);
                    boolean same = random.nextBoolean();
                    long wanted = same ? expected.rank : expected.rank + 1;
                    assertThat(record.compareAndSet(RANK, wanted, (long) value)).isEqualTo(same);
                    expected.rank = same ? value : expected.rank;
                }
            }
            default ->
                state.mode(
                        switch (random.nextInt(4)) {
                            case 0 -> StateMode.redisOnly();
                            case 1 -> StateMode.readThrough(Duration.ofMillis(20));
                            default -> StateMode.hybrid();
                        });
        }
    }

    /** The record as a process has it, which may have to hear of it first. */
    private static StateRecord<Socket> known(List<State<Socket>> states, int who, String id) {
        State<Socket> state = states.get(who);
        StateRecord<Socket> newest = states.stream()
                .map(each -> each.get(id))
                .filter(Objects::nonNull)
                .max(java.util.Comparator.comparingLong(record -> record.born))
                .orElseThrow();
        until(
                () -> {
                    StateRecord<Socket> record = state.get(id);
                    return record != null && record.born == newest.born;
                },
                "process " + who + " knows " + id);
        return Objects.requireNonNull(state.get(id));
    }

    private static void compare(StateFixture fixture, List<State<Socket>> states, Map<String, Expected> model) {
        states.forEach(state -> assertThat(state.flush(SOON)).isTrue());
        Map<String, Set<String>> owners = new HashMap<>();
        Map<String, Set<String>> names = new HashMap<>();
        model.forEach((id, expected) -> {
            if (expected.name != null) {
                names.computeIfAbsent(expected.name, name -> new TreeSet<>()).add(id);
            }
            if (expected.player != null) {
                owners.computeIfAbsent(expected.player, owner -> new TreeSet<>())
                        .add(id);
            }
            assertThat(stored(server, fixture.key("c", id), "rk")).isEqualTo(Long.toString(expected.rank));
            assertThat(stored(server, fixture.key("c", id), "pl")).isEqualTo(expected.player);
            assertThat(stored(server, fixture.key("v", id), "nm")).isEqualTo(expected.name);
        });
        for (State<Socket> state : states) {
            until(() -> differences(state, model).isEmpty(), "agrees: " + differences(state, model));
            for (int i = 0; i < 4; i++) {
                String owner = "p:" + i;
                until(
                        () -> ids(state.ofOwner(owner)).equals(owners.getOrDefault(owner, Set.of())),
                        owner + " has " + ids(state.ofOwner(owner)) + ", not " + owners.get(owner));
            }
            names.forEach((name, its) -> until(
                    () -> ids(state.having(NAME, name)).equals(its),
                    name + " has " + ids(state.having(NAME, name)) + ", not " + its));
            assertThat(state.health().unwritten()).isZero();
        }
        assertThat(String.valueOf(server.master(fixture.key("c", "")).ask("ZCARD", "millrace:state:{model}:homes")))
                .isEqualTo(Integer.toString(model.size()));
    }

    private static Set<String> ids(List<StateRecord<Socket>> records) {
        return records.stream().map(StateRecord::id).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> differences(State<Socket> state, Map<String, Expected> model) {
        List<String> differences = new ArrayList<>();
        Set<String> ids = state.all().stream().map(StateRecord::id).collect(Collectors.toSet());
        if (!ids.equals(model.keySet())) {
            differences.add(ids + " instead of " + model.keySet());
            return differences;
        }
        model.forEach((id, expected) -> {
            StateRecord<Socket> record = state.get(id);
            if (record == null
                    || record.get(SEEN) != expected.seen
                    || record.get(RANK) != expected.rank
                    || !Objects.equals(record.get(NAME), expected.name)
                    || !Objects.equals(record.get(PLAYER), expected.player)
                    || record.isLocal() != state.options().process().equals("p" + expected.home)) {
                differences.add(id);
            }
        });
        return differences;
    }

    // ---- at once ----

    @ParameterizedTest
    @MethodSource("seeds")
    void threeProcesses_thatAreCutOffAndHeldUp_convergeWithRedis(long seed) throws Exception {
        System.out.println("convergence of the state: -Dmillrace.seed=" + seed);
        List<TestProxies> proxies = new ArrayList<>();
        try (StateFixture fixture = new StateFixture("model")) {
            List<State<Socket>> states = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                TestProxies way = server.proxies();
                proxies.add(way);
                states.add(fixture.open(
                        server.options(way).commandTimeout(Duration.ofMillis(400)),
                        "p" + i,
                        options -> options.deadAfter(Duration.ofSeconds(3)).keptChanges(100)));
            }
            List<Thread> users = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Random its = new Random(seed * 31 + i);
                State<Socket> state = states.get(i % 3);
                users.add(Thread.ofVirtual().start(() -> use(state, its)));
            }
            Random random = new Random(seed);
            while (users.stream().anyMatch(Thread::isAlive)) {
                disturb(proxies.get(random.nextInt(3)), random);
                users.get(random.nextInt(users.size())).join(Duration.ofMillis(random.nextInt(60)));
            }
            proxies.forEach(TestProxies::heal);
            for (State<Socket> state : states) {
                assertThat(state.flush(SOON))
                        .as(() -> "all is written: " + state.health())
                        .isTrue();
            }
            until(() -> pictures(states).size() == 1, "all agree: " + pictures(states));
            until(
                    () -> states.stream().allMatch(state -> state.flush(SOON))
                            && pictures(states).size() == 1,
                    "and go on to");
            Map<String, String> agreed = pictures(states).iterator().next();
            agreed.forEach((id, values) -> assertThat(picture(
                            stored(server, fixture.key("v", id), "ls"),
                            stored(server, fixture.key("c", id), "rk"),
                            stored(server, fixture.key("v", id), "nm"),
                            stored(server, fixture.key("c", id), "pl")))
                    .as(id)
                    .isEqualTo(values));
            assertThat(String.valueOf(server.master(fixture.key("c", "")).ask("ZCARD", "millrace:state:{model}:homes")))
                    .isEqualTo(Integer.toString(agreed.size()));
        } finally {
            proxies.forEach(TestProxies::close);
        }
    }

    private static void disturb(TestProxies way, Random random) {
        switch (random.nextInt(5)) {
            case 0 -> way.cut();
            case 1 -> way.freeze();
            case 2 -> way.roundTrip(Duration.ofMillis(random.nextInt(30)));
            default -> way.heal();
        }
    }

    private static void use(State<Socket> state, Random random) {
        for (int step = 0; step < 250; step++) {
            String id = "c" + random.nextInt(10);
            long value = random.nextInt(1_000_000);
            try {
                StateRecord<Socket> record = state.get(id);
                if (record == null) {
                    if (random.nextInt(4) == 0) {
                        state.register(id, null, change -> change.set(RANK, value));
                    }
                    continue;
                }
                switch (random.nextInt(8)) {
                    case 0 -> record.set(RANK, value);
                    case 1 -> record.bind("p" + value % 3);
                    case 2 -> record.update(change -> change.set(SEEN, value).set(RANK, value));
                    case 3 -> record.set(NAME, value % 3 == 0 ? null : "name " + value);
                    case 4 -> {
                        if (random.nextInt(6) == 0) {
                            record.disconnect();
                        }
                    }
                    default -> record.set(SEEN, value);
                }
            } catch (MillraceException e) {
                // It is cut off.
            }
        }
    }

    private static Set<Map<String, String>> pictures(List<State<Socket>> states) {
        return states.stream()
                .map(state -> {
                    Map<String, String> all = new TreeMap<>();
                    for (StateRecord<Socket> record : state.all()) {
                        all.put(
                                record.id(),
                                picture(
                                        Long.toString(record.get(SEEN)),
                                        Long.toString(record.get(RANK)),
                                        record.get(NAME),
                                        record.get(PLAYER)));
                    }
                    return all;
                })
                .collect(Collectors.toSet());
    }

    private static String picture(
            @Nullable String seen, @Nullable String rank, @Nullable String name, @Nullable String player) {
        return (seen == null ? "0" : seen) + " " + (rank == null ? "0" : rank) + " " + name + " " + player;
    }
}
