package dev.millrace.state;

import static dev.millrace.state.StateFixture.LOGGED_IN;
import static dev.millrace.state.StateFixture.MOVES;
import static dev.millrace.state.StateFixture.NAME;
import static dev.millrace.state.StateFixture.PLAYER;
import static dev.millrace.state.StateFixture.RANK;
import static dev.millrace.state.StateFixture.SEEN;
import static dev.millrace.state.StateFixture.SOON;
import static dev.millrace.state.StateFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.MillraceOptions;
import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.state.StateFixture.Socket;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis that is away, that forgets, that is full; processes that die, are cut off and come back. */
@NoLeakedThreads
@Timeout(120)
class StateFaultsIT {
    private RedisServer server;
    private StateFixture fixture;

    @BeforeEach
    void start() {
        server = RedisServer.start();
        fixture = new StateFixture("game");
    }

    @AfterEach
    void stop() {
        fixture.close();
        server.close();
    }

    private static MillraceOptions.Builder impatient(String url) {
        return MillraceOptions.builder(url).commandTimeout(Duration.ofMillis(500));
    }

    private State<Socket> open(String process) {
        return fixture.open(MillraceOptions.builder(server.url()), process, options -> options);
    }

    private String stored(String kind, String id, String field) {
        Object answer = server.ask("HGET", fixture.key(kind, id), field);
        return answer == null ? null : answer.toString();
    }

    /** In this order, or the client is back before it is refused. */
    private static void away(FaultProxy proxy) {
        proxy.refuse(true);
        proxy.cut();
    }

    // ---- coalescing ----

    @Test
    void millionUpdates_withinOneInterval_areOneWriteForEachRecord() {
        State<Socket> state = fixture.open(
                MillraceOptions.builder(server.url()),
                "a",
                options -> options.flushInterval(Duration.ofSeconds(30)).flushEarly(1_000_000));
        List<StateRecord<Socket>> records = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            records.add(state.register("c" + i, null));
        }
        long before = state.health().counters().written();
        for (int i = 0; i < 1_000; i++) {
            for (StateRecord<Socket> record : records) {
                record.set(SEEN, (long) i);
            }
        }
        assertThat(state.flush(SOON)).isTrue();
        assertThat(state.health().counters().written() - before).isEqualTo(1_000);
        assertThat(state.health().counters().coalesced()).isEqualTo(999_000);
        assertThat(stored("v", "c999", "ls")).isEqualTo("999");
    }

    // ---- at the same time ----

    @Test
    void record_thatIsGone_whenAWriteBehindOfItFails_countsNoMore() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            State<Socket> state = fixture.open(impatient(proxy.url()), "a", options -> options);
            StateRecord<Socket> record = state.register("c1", null);
            proxy.freeze();
            record.set(SEEN, 1L);
            until(record.lane::isLocked, "it is being written");
            state.lost(record, StateListener.Reason.DISCONNECTED);
            until(() -> !record.lane.isLocked(), "the write has failed");
            proxy.heal();
            assertThat(state.flush(SOON)).isTrue();
            assertThat(state.health().unwritten()).isZero();
        }
    }

    @Test
    void readingAllAgain_whileAllIsWritten_isDoneOnce() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            State<Socket> state = fixture.open(MillraceOptions.builder(proxy.url()), "a", options -> options);
            List<StateRecord<Socket>> records = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                records.add(state.register("c" + i, null));
            }
            proxy.roundTrip(Duration.ofMillis(2));
            AtomicInteger writes = new AtomicInteger();
            AtomicInteger most = new AtomicInteger(Integer.MAX_VALUE);
            List<Thread> writers = new ArrayList<>();
            for (StateRecord<Socket> record : records) {
                writers.add(Thread.ofVirtual().start(() -> {
                    for (long rank = 1; writes.incrementAndGet() < most.get(); rank++) {
                        record.set(RANK, rank);
                    }
                }));
            }
            long before = state.health().counters().reconciled();
            state.suspect();
            until(() -> state.health().counters().reconciled() > before, "all was read again");
            most.set(writes.get() + 3_000);
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(state.health().counters().reconciled()).isEqualTo(before + 1);
            assertThat(state.flush(SOON)).isTrue();
            for (StateRecord<Socket> record : records) {
                assertThat(stored("c", record.id(), "rk")).isEqualTo(Long.toString(record.get(RANK)));
            }
        }
    }

    // ---- Redis is away ----

    @Test
    void outage_ofTwoSeconds_isSurvived() throws Exception {
        outage(Duration.ofSeconds(2));
    }

    @Test
    @Tag("stress")
    void outage_ofHalfAMinute_isSurvived() throws Exception {
        outage(Duration.ofSeconds(30));
    }

    private void outage(Duration length) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            State<Socket> state =
                    fixture.open(impatient(proxy.url()), "a", options -> options.degradedAfter(Duration.ofMillis(300)));
            List<StateRecord<Socket>> records = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                records.add(state.register("c" + i, null, change -> change.set(RANK, 1)));
            }
            AtomicLong last = new AtomicLong();
            AtomicInteger criticalFailed = new AtomicInteger();
            AtomicLong slowest = new AtomicLong();
            away(proxy);
            long end = System.nanoTime() + length.toNanos();
            Thread critical = Thread.ofVirtual().start(() -> {
                for (int i = 0; System.nanoTime() - end < 0; i++) {
                    StateRecord<Socket> record = records.get(i % 200);
                    long began = System.nanoTime();
                    try {
                        record.set(RANK, 2L);
                    } catch (MillraceException e) {
                        criticalFailed.incrementAndGet();
                        assertThat(record.get(RANK)).isEqualTo(1);
                    }
                    slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
                }
            });
            boolean degraded = false;
            while (System.nanoTime() - end < 0) {
                long value = last.incrementAndGet();
                for (StateRecord<Socket> record : records) {
                    assertThat(record.set(SEEN, value)).isTrue();
                    assertThat(record.get(SEEN)).isEqualTo(value);
                }
                degraded |= state.health().status() == StateHealth.Status.DEGRADED;
            }
            critical.join();
            assertThat(criticalFailed).hasPositiveValue();
            assertThat(Duration.ofNanos(slowest.get())).isLessThan(Duration.ofSeconds(2));
            assertThat(degraded).isTrue();
            assertThat(state.health().unwritten()).isLessThanOrEqualTo(200);
            proxy.refuse(false);
            until(() -> state.flush(Duration.ofSeconds(1)), "all is written");
            for (int i = 0; i < 200; i++) {
                assertThat(stored("v", "c" + i, "ls")).isEqualTo(Long.toString(last.get()));
                assertThat(stored("c", "c" + i, "rk")).isEqualTo("1");
                assertThat(records.get(i).get(RANK)).isEqualTo(1);
            }
            until(() -> state.health().status() == StateHealth.Status.OK, "well again");
        }
    }

    @Test
    void mostUnwritten_holdsBackAsyncChanges_andDropsLossyOnes() {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            State<Socket> state = fixture.open(impatient(proxy.url()), "a", options -> options.mostUnwritten(10));
            List<StateRecord<Socket>> records = new ArrayList<>();
            for (int i = 0; i < 11; i++) {
                records.add(state.register("c" + i, null));
            }
            away(proxy);
            for (int i = 0; i < 10; i++) {
                records.get(i).set(SEEN, 5L);
            }
            until(() -> state.health().reasons().stream().anyMatch(reason -> reason.contains("may be")), "it is full");
            StateRecord<Socket> last = records.get(10);
            assertThatExceptionOfType(MillraceException.class).isThrownBy(() -> last.set(SEEN, 6L));
            assertThat(last.get(SEEN)).isZero();
            assertThat(last.set(MOVES, 7L)).isTrue();
            assertThat(last.get(MOVES)).isEqualTo(7);
            assertThat(state.health().counters().dropped()).isEqualTo(1);
            assertThat(records.get(3).set(SEEN, 8L)).isTrue(); // that one is unwritten already
            proxy.refuse(false);
            until(() -> state.flush(Duration.ofSeconds(1)), "all is written");
            assertThat(stored("v", "c3", "ls")).isEqualTo("8");
            assertThat(last.set(SEEN, 6L)).isTrue();
        }
    }

    @Test
    void serverThatIsFull_refusesCriticalChanges_andTakesAllLater() {
        State<Socket> state = open("a");
        StateRecord<Socket> record = state.register("c1", null, change -> change.set(RANK, 1));
        server.ask("CONFIG", "SET", "maxmemory", "1");
        assertThatExceptionOfType(MillraceException.class).isThrownBy(() -> record.set(RANK, 2L));
        assertThat(record.get(RANK)).isEqualTo(1);
        assertThat(record.set(SEEN, 5L)).isTrue();
        until(() -> state.health().counters().failed() > 0, "a write behind is refused");
        StateRecord<Socket> leaving = Objects.requireNonNull(state.get("c1"));
        server.ask("CONFIG", "SET", "maxmemory", "0");
        until(() -> state.flush(Duration.ofSeconds(1)), "all is written");
        assertThat(stored("v", "c1", "ls")).isEqualTo("5");
        server.ask("CONFIG", "SET", "maxmemory", "1");
        assertThat(leaving.disconnect()).isTrue();
        until(() -> state.flush(Duration.ofSeconds(1)), "what frees memory is allowed");
        server.ask("CONFIG", "SET", "maxmemory", "0");
        assertThat(stored("v", "c1", "ls")).isNull();
    }

    @Test
    void recordThatCantBeWritten_keepsNoOtherFromIt() {
        State<Socket> state = open("a");
        List<StateRecord<Socket>> records = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            records.add(state.register("c" + i, null));
        }
        server.ask("DEL", fixture.key("v", "c7"));
        server.ask("SET", fixture.key("v", "c7"), "of another type");
        records.forEach(record -> record.set(SEEN, 3L));
        until(() -> "3".equals(stored("v", "c19", "ls")) && "3".equals(stored("v", "c6", "ls")), "the others are");
        until(() -> state.health().counters().failed() > 0, "that one failed");
        server.ask("DEL", fixture.key("v", "c7"));
        until(() -> "3".equals(stored("v", "c7", "ls")), "and it too, when it can be");
    }

    // ---- late and lost ----

    @Test
    void olderFlush_thatComesAfterACriticalWrite_changesNothing() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            State<Socket> slow =
                    fixture.open(impatient(proxy.url()), "a", options -> options.flushInterval(Duration.ofMillis(1)));
            State<Socket> other = open("b");
            StateRecord<Socket> record = slow.register("c1", null, change -> change.set(SEEN, 1));
            until(() -> other.get("c1") != null, "b knows it");
            proxy.freeze(Direction.TO_SERVER);
            record.set(SEEN, 2L); // its flush is on the way
            until(() -> slow.health().counters().failed() > 0, "the flush is given up");
            StateRecord<Socket> there = Objects.requireNonNull(other.get("c1"));
            there.update(change -> change.set(SEEN, 3).set(RANK, 3));
            record.set(NAME, "unchanged");
            proxy.thaw();
            until(() -> slow.flush(Duration.ofSeconds(1)), "all is written");
            assertThat(stored("c", "c1", "rk")).isEqualTo("3");
            until(() -> record.get(RANK) == 3, "a has b's critical change");
            until(() -> there.get(SEEN) == record.get(SEEN), "they agree");
            assertThat(stored("v", "c1", "ls")).isEqualTo(Long.toString(record.get(SEEN)));
        }
    }

    @Test
    void criticalWrite_whoseAnswerIsLost_isInMemoryAsSoonAsItIsKnown() {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            State<Socket> state = fixture.open(impatient(proxy.url()), "a", options -> options);
            StateRecord<Socket> record = state.register("c1", null, change -> change.set(PLAYER, "p1"));
            proxy.freeze(Direction.TO_CLIENT);
            assertThatExceptionOfType(OutcomeUnknown.class).isThrownBy(() -> record.bind("p2"));
            assertThat(record.get(PLAYER)).isEqualTo("p1");
            assertThat(stored("c", "c1", "pl")).isEqualTo("p2");
            proxy.thaw();
            until(() -> "p2".equals(record.get(PLAYER)), "memory follows");
            until(() -> state.ofOwner("p2").equals(List.of(record)), "and so does the index");
            assertThat(record.bind("p3")).isTrue();
            assertThat(stored("c", "c1", "pl")).isEqualTo("p3");
        }
    }

    @Test
    void trimmedStream_isReadAround() {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            State<Socket> a = open("a");
            State<Socket> b = fixture.open(MillraceOptions.builder(proxy.url()), "b", options -> options);
            StateRecord<Socket> record = a.register("c1", null);
            a.register("c2", null);
            until(() -> b.all().size() == 2, "b knows them");
            long before = b.health().counters().reconciled();
            proxy.freeze(Direction.TO_CLIENT);
            record.set(RANK, 1L);
            for (int i = 0; i < 50; i++) {
                record.set(RANK, (long) i);
            }
            Objects.requireNonNull(a.get("c2")).disconnect();
            a.register("c3", null);
            a.flush(SOON);
            server.ask("XTRIM", fixture.key("events", "").replace("events:", "events"), "MAXLEN", "1");
            proxy.cut();
            proxy.thaw();
            until(() -> b.get("c3") != null && b.get("c2") == null, "b has read all again");
            assertThat(Objects.requireNonNull(b.get("c1")).get(RANK)).isEqualTo(49);
            assertThat(b.health().counters().reconciled()).isGreaterThan(before);
        }
    }

    @Test
    void serverThatForgetsEverything_isToldAgain() {
        State<Socket> a = open("a");
        State<Socket> b = open("b");
        StateRecord<Socket> record = a.register(
                "c1", null, change -> change.set(PLAYER, "p1").set(NAME, "Ada").set(LOGGED_IN, true));
        StateRecord<Socket> other = b.register("c2", null, change -> change.set(RANK, 4));
        until(() -> b.get("c1") != null && a.get("c2") != null, "they know each other's");
        server.ask("FLUSHALL");
        until(
                () -> "p1".equals(stored("c", "c1", "pl")) && "4".equals(stored("c", "c2", "rk")),
                "both are there again");
        assertThat(stored("v", "c1", "nm")).isEqualTo("Ada");
        assertThat(stored("c", "c1", "in")).isEqualTo("1");
        until(() -> b.get("c1") != null && b.ofOwner("p1").size() == 1, "b has a's");
        until(() -> a.get("c2") != null, "a has b's");
        assertThat(record.set(RANK, 9L)).isTrue();
        until(() -> Objects.requireNonNull(b.get("c1")).get(RANK) == 9, "and its changes");
        assertThat(other.isGone()).isFalse();
    }

    /** As a failover to a replica that was behind: what was acknowledged since is gone, and other changes have its numbers. */
    @Test
    void serverThatForgetsTheLastChanges_isToldAgainByWhoHasTheConnection() {
        State<Socket> a = fixture.open(impatient(server.url()), "a", options -> options);
        State<Socket> b = fixture.open(impatient(server.url()), "b", options -> options);
        StateRecord<Socket> record =
                a.register("c1", null, change -> change.set(RANK, 1).set(PLAYER, "p1"));
        StateRecord<Socket> other = b.register("c2", null, change -> change.set(RANK, 1));
        until(() -> a.get("c2") != null && b.get("c1") != null, "they know each other's");
        server.ask("SAVE");
        assertThat(record.update(change -> change.set(RANK, 2).set(PLAYER, "p2")))
                .isTrue();
        assertThat(other.set(RANK, 2L)).isTrue();
        StateRecord<Socket> late = a.register("c3", null, change -> change.set(RANK, 3));
        until(() -> b.get("c3") != null, "b knows the newest");
        server.kill();
        server.restart();
        until(() -> "2".equals(stored("c", "c1", "rk")) && "2".equals(stored("c", "c2", "rk")), "it is told again");
        until(() -> "3".equals(stored("c", "c3", "rk")), "also of what it had never heard of");
        assertThat(stored("c", "c1", "pl")).isEqualTo("p2");
        until(() -> record.set(RANK, 5L) && late.set(RANK, 6L), "critical changes are taken");
        until(
                () -> Objects.requireNonNull(b.get("c1")).get(RANK) == 5
                        && b.get("c3") != null
                        && Objects.requireNonNull(b.get("c3")).get(RANK) == 6
                        && Objects.requireNonNull(a.get("c2")).get(RANK) == 2,
                "and all agree");
        assertThat(record.isGone() || other.isGone() || late.isGone()).isFalse();
        assertThat(b.ofOwner("p2")).hasSize(1);
    }

    /** The server's clock goes far ahead, and back: ids of the stream do as the clock does, at most. */
    @Test
    void serverWhoseClockJumps_isFollowedAllTheSame() {
        State<Socket> a = open("a");
        State<Socket> b = open("b");
        StateRecord<Socket> record = a.register("c1", null);
        until(() -> b.get("c1") != null, "b knows it");
        String events = fixture.key("events", "").replace("events:", "events");
        server.ask("XADD", events, "99999999999999-0", "#", "w");
        record.set(RANK, 1L);
        until(() -> Objects.requireNonNull(b.get("c1")).get(RANK) == 1, "b follows, far ahead");
        record.set(RANK, 2L);
        until(() -> Objects.requireNonNull(b.get("c1")).get(RANK) == 2, "and goes on to");
        server.ask("DEL", events); // ids begin by the clock as it is now
        record.set(RANK, 3L);
        until(() -> Objects.requireNonNull(b.get("c1")).get(RANK) == 3, "and when it is back");
        assertThat(record.isGone()).isFalse();
    }

    // ---- processes ----

    @Test
    void processThatIsStartedAgain_removesWhatItsPredecessorLeft() {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            State<Socket> other = fixture.open(
                    MillraceOptions.builder(server.url()), "b", options -> options.deadAfter(Duration.ofSeconds(30)));
            other.register("b1", null);
            State<Socket> dying = fixture.open(
                    MillraceOptions.builder(proxy.url()).commandTimeout(Duration.ofSeconds(2)),
                    "a",
                    options -> options.deadAfter(Duration.ofSeconds(30)));
            for (int i = 0; i < 1_200; i++) {
                dying.register("a" + i, null);
            }
            until(() -> other.all().size() == 1_201, "b knows all");
            away(proxy); // it is as good as dead
            State<Socket> again = open("a");
            assertThat(again.all()).singleElement().extracting(StateRecord::id).isEqualTo("b1");
            assertThat(again.health().counters().reaped()).isEqualTo(1_200);
            until(() -> other.all().size() == 1, "b hears of it");
            again.register("a1", null);
            until(() -> other.get("a1") != null, "and of what is new");
            proxy.refuse(false);
            until(
                    () -> dying.health().status() == StateHealth.Status.STOPPED,
                    "the first one sees that it is not the one");
            assertThatExceptionOfType(MillraceException.class)
                    .isThrownBy(() -> Objects.requireNonNull(dying.get("a1")).set(RANK, 1L));
            assertThat(Objects.requireNonNull(other.get("a1")).isGone()).isFalse();
        }
    }

    @Test
    void processThatIsSilent_isReaped_andComesBackWithItsConnections() {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            State<Socket> silent = fixture.open(impatient(proxy.url()), "a", options -> options);
            State<Socket> b = open("b");
            State<Socket> c = open("c");
            StateRecord<Socket> record = silent.register(
                    "a1", new Socket(), change -> change.set(PLAYER, "p1").set(RANK, 2));
            for (int i = 2; i <= 600; i++) {
                silent.register("a" + i, null);
            }
            b.register("b1", null);
            until(() -> b.all().size() == 601 && c.all().size() == 601, "all know all");
            away(proxy);
            until(() -> b.all().size() == 1 && c.all().size() == 1, "it is reaped");
            assertThat(stored("c", "a1", "pl")).isNull();
            assertThat(b.get("b1")).isNotNull();
            record.set(SEEN, 77L);
            assertThat(record.isGone()).isFalse();
            proxy.refuse(false);
            until(() -> b.all().size() == 601 && c.all().size() == 601, "it is back");
            until(() -> Objects.requireNonNull(b.get("a1")).get(SEEN) == 77, "with what changed meanwhile");
            assertThat(Objects.requireNonNull(b.get("a1")).get(PLAYER)).isEqualTo("p1");
            assertThat(Objects.requireNonNull(b.get("a1")).get(RANK)).isEqualTo(2);
            assertThat(record.set(RANK, 3L)).isTrue();
            until(() -> b.send("a1", new byte[] {'x'}).processes() == 1, "messages reach it");
            until(() -> Objects.requireNonNull(record.attachment()).heard.contains("x"), "it hears them");
        }
    }

    @Test
    void redisAwayForAll_leavesNobodyForDead() {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            State<Socket> a =
                    fixture.open(impatient(proxy.url()), "a", options -> options.deadAfter(Duration.ofSeconds(3)));
            State<Socket> b =
                    fixture.open(impatient(proxy.url()), "b", options -> options.deadAfter(Duration.ofSeconds(3)));
            a.register("a1", null);
            b.register("b1", null);
            until(() -> a.get("b1") != null && b.get("a1") != null, "they know each other's");
            away(proxy);
            long end = System.nanoTime() + Duration.ofMillis(3_500).toNanos();
            until(() -> System.nanoTime() - end > 0, "longer than what makes dead");
            proxy.refuse(false);
            until(
                    () -> a.health().lastHeard().compareTo(Duration.ofMillis(150)) < 0
                            && b.health().lastHeard().compareTo(Duration.ofMillis(150)) < 0,
                    "both hear again");
            long later = System.nanoTime() + Duration.ofMillis(1_000).toNanos();
            until(() -> System.nanoTime() - later > 0, "and go on");
            assertThat(a.get("b1")).isNotNull();
            assertThat(b.get("a1")).isNotNull();
            assertThat(a.health().counters().reaped() + b.health().counters().reaped())
                    .isZero();
        }
    }

    @Test
    void writesWithReplicas_failWhereThereAreNone_andMemoryIsWhatTheMasterHas() {
        State<Socket> state = fixture.open(
                MillraceOptions.builder(server.url()), "a", options -> options.replicas(1, Duration.ofMillis(50)));
        open("b").register("c0", null);
        until(() -> state.get("c0") != null, "a knows it");
        StateRecord<Socket> record = Objects.requireNonNull(state.get("c0"));
        assertThatExceptionOfType(OutcomeUnknown.class).isThrownBy(() -> record.set(RANK, 5L));
        assertThat(record.get(RANK)).isEqualTo(5);
        assertThat(stored("c", "c0", "rk")).isEqualTo("5");
        assertThatExceptionOfType(OutcomeUnknown.class).isThrownBy(() -> state.register("c1", null));
        until(() -> stored("v", "c1", "#ver") == null && state.get("c1") == null, "it is taken back");
    }
}
