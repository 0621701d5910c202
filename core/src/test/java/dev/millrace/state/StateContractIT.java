package dev.millrace.state;

import static dev.millrace.state.StateFixture.IDLE;
import static dev.millrace.state.StateFixture.LOGGED_IN;
import static dev.millrace.state.StateFixture.MOVES;
import static dev.millrace.state.StateFixture.NAME;
import static dev.millrace.state.StateFixture.PLAYER;
import static dev.millrace.state.StateFixture.PROFILE;
import static dev.millrace.state.StateFixture.RANK;
import static dev.millrace.state.StateFixture.SEEN;
import static dev.millrace.state.StateFixture.SOON;
import static dev.millrace.state.StateFixture.stored;
import static dev.millrace.state.StateFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.state.StateFixture.Profile;
import dev.millrace.state.StateFixture.Socket;
import dev.millrace.testkit.NoLeakedThreads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds in every mode, for one process and for two. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
class StateContractIT {
    private static TestDeployment server;

    private StateFixture fixture;

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        server.ask("FLUSHALL");
        fixture = new StateFixture("game");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    static Stream<StateMode> modes() {
        return Stream.of(StateMode.hybrid(), StateMode.redisOnly(), StateMode.readThrough(Duration.ofMillis(100)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void register_isInRedisAndInMemory_inOneTrip(StateMode mode) {
        State<Socket> state = fixture.open(server, "a", mode);
        server.ask("CONFIG", "RESETSTAT");
        Socket socket = new Socket();
        StateRecord<Socket> record = state.register(
                "c1",
                socket,
                change -> change.set(PLAYER, "p1")
                        .set(LOGGED_IN, true)
                        .set(SEEN, 7)
                        .set(PROFILE, new Profile("Ada", 3)));
        assertThat(server.calls("evalsha") + server.calls("eval")).isLessThanOrEqualTo(4); // beats among them
        assertThat(stored(server, fixture.key("c", "c1"), "pl")).isEqualTo("p1");
        assertThat(stored(server, fixture.key("c", "c1"), "in")).isEqualTo("1");
        assertThat(stored(server, fixture.key("v", "c1"), "ls")).isEqualTo("7");
        assertThat(state.get("c1")).isSameAs(record);
        assertThat(record.attachment()).isSameAs(socket);
        assertThat(record.isLocal()).isTrue();
        assertThat(record.process()).isEqualTo("a");
        assertThat(record.get(PLAYER)).isEqualTo("p1");
        assertThat(record.get(LOGGED_IN)).isTrue();
        assertThat(record.get(SEEN)).isEqualTo(7);
        assertThat(record.get(PROFILE)).isEqualTo(new Profile("Ada", 3));
        assertThat(record.get(NAME)).isNull();
        assertThat(record.get(RANK)).isZero();
        assertThat(state.get("c2")).isNull();
    }

    /** The stream tells a process of its own registrations, before they have returned, while they do, and after. */
    @ParameterizedTest
    @MethodSource("modes")
    void registrationsOfManyAtOnce_stay(StateMode mode) throws Exception {
        State<Socket> state = fixture.open(server, "a", mode);
        State<Socket> other = fixture.open(server, "b", mode);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int first = i;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int j = first; j < 1_000; j += 20) {
                    state.register("c" + j, null);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        state.register("last", null);
        until(() -> other.get("last") != null && other.all().size() == 1_001, "b knows all");
        StateRecord<Socket> behind = Objects.requireNonNull(other.get("last"));
        behind.set(RANK, 1L);
        until(() -> Objects.requireNonNull(state.get("last")).get(RANK) == 1, "a has followed to here");
        assertThat(state.all()).hasSize(1_001);
        assertThat(other.all()).hasSize(1_001);
        assertThat(String.valueOf(server.master("millrace:state:{game}:").ask("ZCARD", "millrace:state:{game}:homes")))
                .isEqualTo("1001");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void change_ofAnAsyncField_isReadAtOnceAndInRedisAfterAFlush(StateMode mode) {
        State<Socket> state = fixture.open(server, "a", mode);
        StateRecord<Socket> record = state.register("c1", null);
        assertThat(record.set(SEEN, 41L)).isTrue();
        assertThat(record.set(IDLE, true)).isTrue();
        assertThat(record.set(NAME, "Zoë ✓")).isTrue();
        assertThat(record.get(SEEN)).isEqualTo(41);
        assertThat(record.get(IDLE)).isTrue();
        assertThat(record.get(NAME)).isEqualTo("Zoë ✓");
        assertThat(state.flush(SOON)).isTrue();
        assertThat(stored(server, fixture.key("v", "c1"), "ls")).isEqualTo("41");
        assertThat(stored(server, fixture.key("v", "c1"), "id")).isEqualTo("1");
        assertThat(stored(server, fixture.key("v", "c1"), "nm")).isEqualTo("Zoë ✓");
        record.set(NAME, null);
        assertThat(record.get(NAME)).isNull();
        assertThat(state.flush(SOON)).isTrue();
        assertThat(stored(server, fixture.key("v", "c1"), "nm")).isNull();
        assertThat(state.health().unwritten()).isZero();
        assertThat(state.health().status()).isEqualTo(StateHealth.Status.OK);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void change_ofACriticalField_isInRedisBeforeTheCallReturns(StateMode mode) {
        State<Socket> state = fixture.open(server, "a", mode);
        StateRecord<Socket> record = state.register("c1", null);
        assertThat(record.set(RANK, 9L)).isTrue();
        assertThat(stored(server, fixture.key("c", "c1"), "rk")).isEqualTo("9");
        record.set(SEEN, 5L);
        assertThat(record.update(change -> change.set(LOGGED_IN, true).set(MOVES, 2)))
                .isTrue();
        assertThat(stored(server, fixture.key("c", "c1"), "in")).isEqualTo("1");
        assertThat(stored(server, fixture.key("v", "c1"), "mv")).isEqualTo("2");
        assertThat(record.get(MOVES)).isEqualTo(2);
        assertThat(record.get(LOGGED_IN)).isTrue();
        record.set(LOGGED_IN, null);
        assertThat(record.get(LOGGED_IN)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("modes")
    void indexedField_findsWhoHasAValue_inAllProcesses(StateMode mode) {
        State<Socket> a = fixture.open(server, "a", mode);
        State<Socket> b = fixture.open(server, "b", mode);
        Socket socket = new Socket();
        StateRecord<Socket> one = a.register("c1", socket, change -> change.set(NAME, "hall"));
        StateRecord<Socket> two = a.register("c2", null);
        Socket third = new Socket();
        b.register("c3", third, change -> change.set(NAME, "hall"));
        two.set(NAME, "hall");
        assertThat(a.having(NAME, "hall")).contains(one, two);
        until(() -> a.having(NAME, "hall").size() == 3, "a finds b's");
        until(() -> b.having(NAME, "hall").size() == 3, "b finds a's");

        assertThat(a.broadcast(NAME, "hall", bytes("all"))).isEqualTo(new Delivery(2, 1, 1, 0, 0));
        assertThat(socket.heard).containsExactly("all");
        until(() -> third.heard.equals(List.of("all")), "it is heard at b");
        assertThat(a.broadcast(NAME, "cellar", bytes("none"))).isEqualTo(new Delivery(0, 0, 0, 0, 0));

        one.set(NAME, "cellar");
        two.update(change -> change.set(NAME, null).set(RANK, 1));
        assertThat(a.having(NAME, "cellar")).containsExactly(one);
        assertThat(a.having(NAME, "hall")).hasSize(1);
        until(
                () -> b.having(NAME, "cellar").size() == 1
                        && b.having(NAME, "hall").size() == 1,
                "b has followed");
        assertThat(one.disconnect()).isTrue();
        assertThat(a.having(NAME, "cellar")).isEmpty();
        until(() -> b.having(NAME, "cellar").isEmpty(), "b knows that it is gone");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> a.having(Field.ofString("xx"), "hall"))
                .withMessageContaining("StateOptions.fields");
    }

    @Test
    void indexedField_changedByManyAtOnce_agreesWithTheRecordsInTheEnd() throws Exception {
        State<Socket> state = fixture.open(server, "a", StateMode.hybrid());
        List<StateRecord<Socket>> records = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            records.add(state.register("c" + i, null));
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            SplittableRandom random = new SplittableRandom(i);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int turn = 0; turn < 5_000; turn++) {
                    StateRecord<Socket> record = records.get(random.nextInt(4));
                    record.set(NAME, random.nextInt(5) == 0 ? null : "room " + random.nextInt(3));
                    if (turn == 4_000) {
                        records.get(3).disconnect();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (int room = 0; room < 3; room++) {
            String name = "room " + room;
            assertThat(state.having(NAME, name))
                    .containsExactlyInAnyOrderElementsOf(records.subList(0, 3).stream()
                            .filter(record -> name.equals(record.get(NAME)))
                            .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("modes")
    void binding_makesTheOwnersConnectionsFindable(StateMode mode) {
        State<Socket> state = fixture.open(server, "a", mode);
        StateRecord<Socket> one = state.register("c1", null, change -> change.set(PLAYER, "p:1*"));
        StateRecord<Socket> two = state.register("c2", null);
        assertThat(state.ofOwner("p:1*")).containsExactly(one);
        assertThat(two.bind("p:1*")).isTrue();
        assertThat(state.ofOwner("p:1*")).containsExactlyInAnyOrder(one, two);
        assertThat(two.owner()).isEqualTo("p:1*");
        assertThat(one.bind("p2")).isTrue();
        assertThat(state.ofOwner("p:1*")).containsExactly(two);
        assertThat(state.ofOwner("p2")).containsExactly(one);
        assertThat(two.unbind()).isTrue();
        assertThat(two.owner()).isNull();
        assertThat(state.ofOwner("p:1*")).isEmpty();
        assertThat(one.disconnect()).isTrue();
        assertThat(state.flush(SOON)).isTrue();
        assertThat(state.ofOwner("p2")).isEmpty();
        assertThat(server.master("millrace:state:{game}:").ask("ZCARD", "millrace:state:{game}:owners"))
                .isIn(0L, "0");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void disconnect_removesTheRecordHereAndInRedis(StateMode mode) {
        State<Socket> state = fixture.open(server, "a", mode);
        StateRecord<Socket> record = state.register("c1", null, change -> change.set(PLAYER, "p1"));
        assertThat(record.disconnect()).isTrue();
        assertThat(record.isGone()).isTrue();
        assertThat(record.disconnect()).isFalse();
        assertThat(state.get("c1")).isNull();
        assertThat(record.set(SEEN, 1L)).isFalse();
        assertThat(record.set(RANK, 1L)).isFalse();
        assertThat(state.flush(SOON)).isTrue();
        assertThat(stored(server, fixture.key("v", "c1"), "#ver")).isNull();
        assertThat(stored(server, fixture.key("c", "c1"), "pl")).isNull();
        StateRecord<Socket> again = state.register("c1", null);
        assertThat(again.get(PLAYER)).isNull();
        assertThat(state.flush(SOON)).isTrue();
        assertThat(state.get("c1")).isSameAs(again);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void idsOfAnyCharacters_areKeptApart(StateMode mode) {
        State<Socket> state = fixture.open(server, "a:b {x}", mode);
        List<String> ids = List.of("c:1", "c%3A1", "{c}", "c 1", "ü*?[", "c\n1", "C:1");
        ids.forEach(id -> state.register(id, null, change -> change.set(NAME, "of " + id)));
        for (String id : ids) {
            assertThat(Objects.requireNonNull(state.get(id)).get(NAME)).isEqualTo("of " + id);
        }
        State<Socket> other = fixture.open(server, "b", mode);
        for (String id : ids) {
            StateRecord<Socket> there = Objects.requireNonNull(other.get(id));
            assertThat(there.get(NAME)).isEqualTo("of " + id);
            assertThat(there.process()).isEqualTo("a:b {x}");
            assertThat(there.isLocal()).isFalse();
        }
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> state.register("", null));
    }

    @ParameterizedTest
    @MethodSource("modes")
    void compareAndSet_ofManyInTwoProcesses_letsOneWin(StateMode mode) throws Exception {
        State<Socket> a = fixture.open(server, "a", mode);
        State<Socket> b = fixture.open(server, "b", mode);
        a.register("c1", null);
        until(() -> b.get("c1") != null, "b knows c1");
        StateRecord<Socket> here = Objects.requireNonNull(a.get("c1"));
        StateRecord<Socket> there = Objects.requireNonNull(b.get("c1"));
        for (int round = 0; round < 20; round++) {
            String before = round == 0 ? null : "winner of " + (round - 1);
            String after = "winner of " + round;
            AtomicInteger won = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                StateRecord<Socket> mine = i % 2 == 0 ? here : there;
                threads.add(Thread.ofVirtual().start(() -> {
                    if (mine.compareAndSet(PLAYER, before, after)) {
                        won.incrementAndGet();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(won).as("round " + round).hasValue(1);
        }
        until(() -> "winner of 19".equals(here.get(PLAYER)) && "winner of 19".equals(there.get(PLAYER)), "both agree");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void changesOfOneProcess_areSeenInTheOther(StateMode mode) {
        State<Socket> a = fixture.open(server, "a", mode);
        State<Socket> b = fixture.open(server, "b", mode);
        StateRecord<Socket> here = a.register("c1", new Socket(), change -> change.set(PLAYER, "p1"));
        until(() -> b.get("c1") != null && b.ofOwner("p1").size() == 1, "b knows c1");
        StateRecord<Socket> there = Objects.requireNonNull(b.get("c1"));
        assertThat(there.attachment()).isNotNull().isSameAs(there.attachment());
        here.set(SEEN, 77L);
        here.set(RANK, 3L);
        until(() -> there.get(SEEN) == 77 && there.get(RANK) == 3, "b sees the changes");
        there.set(SEEN, 78L);
        there.bind("p2");
        until(() -> here.get(SEEN) == 78 && "p2".equals(here.get(PLAYER)), "a sees the changes");
        until(() -> a.ofOwner("p2").contains(here) && a.ofOwner("p1").isEmpty(), "a finds it by its owner");
        there.set(PROFILE, new Profile("x", 1));
        until(() -> new Profile("x", 1).equals(here.get(PROFILE)), "a sees JSON");
        there.set(PROFILE, null);
        until(() -> here.get(PROFILE) == null, "a sees that it is absent");
        there.disconnect();
        until(here::isGone, "a has lost it");
        assertThat(a.get("c1")).isNull();
    }

    @ParameterizedTest
    @MethodSource("modes")
    void sameIdInAnotherProcess_takesItOver(StateMode mode) {
        State<Socket> a = fixture.open(server, "a", mode);
        State<Socket> b = fixture.open(server, "b", mode);
        StateRecord<Socket> first = a.register("c1", null, change -> change.set(NAME, "first"));
        StateRecord<Socket> second = b.register("c1", null, change -> change.set(NAME, "second"));
        until(first::isGone, "a has lost it");
        until(
                () -> a.get("c1") != null
                        && "second".equals(Objects.requireNonNull(a.get("c1")).get(NAME)),
                "a sees b's");
        assertThat(second.isGone()).isFalse();
        assertThat(first.set(RANK, 1L)).isFalse();
        assertThat(second.get(RANK)).isZero();
        first.disconnect();
        a.flush(SOON);
        assertThat(b.get("c1")).isSameAs(second);
        assertThat(stored(server, fixture.key("v", "c1"), "nm")).isEqualTo("second");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void messages_reachTheirConnections_withOneMessageForEachOtherProcess(StateMode mode) {
        State<Socket> a = fixture.open(server, "a", mode);
        State<Socket> b = fixture.open(server, "b", mode);
        State<Socket> c = fixture.open(server, "c", mode);
        List<StateRecord<Socket>> all = new ArrayList<>();
        List<State<Socket>> states = List.of(a, b, c);
        for (int i = 0; i < 9; i++) {
            int owner = i % 2;
            all.add(states.get(i % 3).register("c" + i, new Socket(), change -> change.set(PLAYER, "p" + owner)));
        }
        until(() -> states.stream().allMatch(state -> state.all().size() == 9), "all know all");
        until(() -> states.stream().allMatch(state -> state.ofOwner("p0").size() == 5), "all know the owners");
        server.ask("CONFIG", "RESETSTAT");
        assertThat(a.broadcast(List.of("c0", "c3", "c6"), bytes("mine"))).isEqualTo(new Delivery(3, 0, 0, 0, 0));
        assertThat(server.calls("xadd")).isZero();
        assertThat(all.get(3).attachment().heard).containsExactly("mine");
        List<String> ids = IntStream.range(0, 10).mapToObj(i -> "c" + i).toList();
        assertThat(a.broadcast(ids, bytes("all"))).isEqualTo(new Delivery(3, 6, 2, 1, 0));
        assertThat(server.calls("xadd")).isEqualTo(2);
        assertThat(a.sendToOwner("p0", bytes("even"))).isEqualTo(new Delivery(2, 3, 2, 0, 0));
        assertThat(a.send("c1", bytes("one"))).isEqualTo(new Delivery(0, 1, 1, 0, 0));
        until(
                () -> all.get(1).attachment().heard.equals(List.of("all", "one")),
                "c1 hears: " + all.get(1).attachment().heard);
        until(() -> all.get(4).attachment().heard.equals(List.of("all", "even")), "c4 hears");
        until(() -> all.get(8).attachment().heard.equals(List.of("all", "even")), "c8 hears");
        until(
                () -> a.broadcast(record -> false, bytes("")).remote() == 0
                        && b.health().records() == 9,
                "none");
        Delivery everyone = b.broadcast(bytes("everyone"));
        assertThat(everyone).isEqualTo(new Delivery(3, 6, 2, 0, 0));
        until(() -> all.stream().allMatch(record -> record.attachment().heard.contains("everyone")), "everyone hears");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void touch_readsAndSets(StateMode mode) {
        State<Socket> a = fixture.open(server, "a", mode);
        a.register("c1", null, change -> change.set(NAME, "x"));
        StateRecord<Socket> record = Objects.requireNonNull(a.touch("c1", SEEN, 12));
        assertThat(record.get(NAME)).isEqualTo("x");
        assertThat(record.get(SEEN)).isEqualTo(12);
        assertThat(a.touch("c2", SEEN, 12)).isNull();
        assertThat(a.flush(SOON)).isTrue();
        assertThat(stored(server, fixture.key("v", "c1"), "ls")).isEqualTo("12");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void close_leavesNothing(StateMode mode) {
        State<Socket> a = fixture.open(server, "a", mode);
        for (int i = 0; i < 120; i++) {
            a.register("c" + i, null, change -> change.set(PLAYER, "p")).set(SEEN, 5L);
        }
        a.close();
        for (String key : List.of("homes", "owners", "processes", "inbox:a", "v:c1", "c:c1")) {
            assertThat(server.master("millrace:state:{game}:").ask("EXISTS", "millrace:state:{game}:" + key))
                    .as(key)
                    .isIn(0L, "0");
        }
        assertThat(a.health().status()).isEqualTo(StateHealth.Status.STOPPED);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void modes_areSwitchedWhileInUse(StateMode mode) throws Exception {
        State<Socket> a = fixture.open(server, "a", mode);
        State<Socket> b = fixture.open(server, "b", StateMode.hybrid());
        StateRecord<Socket> record = a.register("c1", null);
        Thread user = Thread.ofPlatform().start(() -> {
            for (long i = 1; i <= 400; i++) {
                record.set(SEEN, i);
                if (record.get(SEEN) != i) {
                    throw new IllegalStateException("read " + record.get(SEEN) + " after " + i);
                }
                if (i % 50 == 0) {
                    record.set(RANK, i);
                }
            }
        });
        for (StateMode next : List.of(
                StateMode.redisOnly(), StateMode.hybrid(), StateMode.readThrough(Duration.ofMillis(50)), mode)) {
            a.mode(next);
            assertThat(a.mode()).isEqualTo(next);
        }
        user.join();
        assertThat(a.flush(SOON)).isTrue();
        assertThat(record.get(SEEN)).isEqualTo(400);
        assertThat(stored(server, fixture.key("v", "c1"), "ls")).isEqualTo("400");
        until(() -> Objects.requireNonNull(b.get("c1")).get(SEEN) == 400, "b sees the last");
        until(() -> Objects.requireNonNull(b.get("c1")).get(RANK) == 400, "b sees the last rank");
    }
}
