package dev.millrace.tools.server.game;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Hashes;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.Server;
import dev.millrace.connection.Limits;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.server.ServerFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Players are saved behind: all of them, in the order of what they did, whatever Redis does meanwhile. */
@Timeout(60)
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class ProfilesIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PLAYER = "millrace:game:player:";
    private static final String RESUME = "millrace:game:resume:";

    private static RedisServer server;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.ask("FLUSHALL");
    }

    /** Profiles through a proxy, which closing ends with them. */
    private static final class Saving implements AutoCloseable {
        final FaultProxy proxy = FaultProxy.to(server);
        final Millrace redis;
        final Profiles profiles;

        Saving() {
            this(Limits.ofDefaults(), 100_000);
        }

        Saving(Limits limits, int most) {
            redis = Millrace.connect(
                    MillraceOptions.builder(proxy.url()).limits(limits).build());
            profiles = new Profiles(redis, ProfileWriter.start(redis, most));
        }

        /** From now on the server hears, and is not heard: on connections that are open already. */
        void deafen() {
            for (int i = 0; i < 3; i++) {
                profiles.save("warm", "warm", "hall", 0);
                awaitSaved();
            }
            proxy.freeze(Direction.TO_CLIENT);
        }

        void cut() {
            proxy.refuse(true);
            proxy.cut();
            Await.until(SOON, this::isAway, "the client to know that Redis is away");
        }

        private boolean isAway() {
            try {
                redis.run(Server.ping());
                return false;
            } catch (NotSent away) {
                return true;
            } catch (MillraceException notYet) {
                return false;
            }
        }

        void awaitSaved() {
            Await.until(SOON, () -> profiles.unsaved() == 0, () -> profiles.unsaved() + " unsaved");
        }

        Profiles.Profile read(String player) {
            Profiles.Profile profile = profiles.begin(player).await(SOON);
            assertThat(profile).as("what is read of %s", player).isNotNull();
            return profile;
        }

        @Override
        public void close() {
            profiles.close(Duration.ofSeconds(1));
            redis.close();
            proxy.close();
        }
    }

    private static Object ask(String... words) {
        return String.valueOf(server.ask(words));
    }

    // ---- saving ----

    @Test
    void save_ofTwentyThousandAtOnce_savesThemAll() {
        Limits small = new Limits(16, 64 << 10, 1 << 20, 1, 4, 8 << 10);
        try (Saving saving = new Saving(small, 100_000)) {
            for (int i = 0; i < 20_000; i++) {
                saving.profiles.save("p" + i, "c" + i, "room" + i, i + 1);
            }
            saving.awaitSaved();

            assertThat(saving.profiles.failed()).isZero();
            assertThat(server.ask("DBSIZE")).isEqualTo(20_000L);
            assertThat(wrong(20_000)).isEmpty();
            assertThat((Long) server.ask("TTL", PLAYER + "p0")).isBetween(1L, 30L * 86_400);
        }
    }

    /** Players from p0 on who are not where they were saved. */
    private static List<String> wrong(int players) {
        List<String> wrong = new ArrayList<>();
        try (Millrace redis = Millrace.connect(server.url())) {
            Batch batch = redis.batch();
            List<Reply<Map<String, String>>> profiles = new ArrayList<>();
            for (int i = 0; i < players; i++) {
                profiles.add(batch.add(Hashes.hgetAll(PLAYER + "p" + i)));
            }
            batch.run();
            for (int i = 0; i < players; i++) {
                Map<String, String> fields = profiles.get(i).orElse(Map.of());
                if (!("room" + i).equals(fields.get("room"))
                        || !Integer.toString(i + 1).equals(fields.get("score"))) {
                    wrong.add("p" + i + fields);
                }
            }
        }
        return wrong;
    }

    @Test
    void save_duringATrip_leavesTogetherWithTheNext() {
        try (Saving saving = new Saving()) {
            saving.deafen();
            saving.profiles.save("first", "c0", "hall", 1);
            Await.until(SOON, () -> server.ask("EXISTS", PLAYER + "first").equals(1L), "the first");
            for (int i = 0; i < 100; i++) {
                saving.profiles.save("anna", "c1", "room" + i, 1);
            }
            assertThat(saving.profiles.unsaved()).isEqualTo(4); // two players and two connections
            assertThat(server.ask("EXISTS", PLAYER + "anna")).isEqualTo(0L);
            server.ask("CONFIG", "RESETSTAT");
            saving.proxy.thaw();
            saving.awaitSaved();

            assertThat(ask("HGET", PLAYER + "anna", "room")).isEqualTo("room99");
            assertThat(ask("HGET", PLAYER + "anna", "score")).isEqualTo("100");
            assertThat(server.info("commandstats").get("cmdstat_hincrby")).startsWith("calls=1,");
            assertThat(saving.profiles.failed()).isZero();
        }
    }

    @Test
    void save_whileRedisIsAway_isThereOnceWhenItIsBack() {
        try (Saving saving = new Saving()) {
            saving.profiles.save("anna", "c1", "hall", 2);
            saving.awaitSaved();
            saving.cut();
            for (int i = 0; i < 10; i++) {
                saving.profiles.save("anna", "c1", i == 0 ? "cellar" : null, 1);
                saving.profiles.save("bob", "c2", "room" + i, 3);
                saving.profiles.save("carl", "c3", null, 0);
            }
            assertThat(saving.profiles.begin("anna").await(Duration.ofMillis(1)))
                    .isNull();
            assertThat(ask("HGET", PLAYER + "anna", "room")).isEqualTo("hall");

            saving.proxy.heal();
            saving.awaitSaved();

            assertThat(ask("HMGET", PLAYER + "anna", "room", "score")).isEqualTo("[cellar, 12]");
            assertThat(ask("HMGET", PLAYER + "bob", "room", "score")).isEqualTo("[room9, 30]");
            assertThat(ask("HMGET", PLAYER + "carl", "room", "score")).isEqualTo("[null, null]");
            assertThat(server.ask("EXISTS", PLAYER + "carl")).isEqualTo(1L);
            assertThat(saving.profiles.failed()).isZero();
        }
    }

    @Test
    void save_whoseAnswerIsLost_isWrittenAgainWithoutItsMoves() {
        try (Saving saving = new Saving()) {
            saving.deafen();
            saving.profiles.save("anna", "c1", "hall", 5);
            Await.until(SOON, () -> ask("HGET", PLAYER + "anna", "score").equals("5"), "moves to be counted");
            saving.profiles.save("anna", "c1", "cellar", 2);
            server.ask("HSET", PLAYER + "anna", "room", "nowhere");
            saving.proxy.cut();
            saving.proxy.heal();
            saving.awaitSaved();

            assertThat(ask("HMGET", PLAYER + "anna", "room", "score")).isEqualTo("[cellar, 7]");
            assertThat(saving.profiles.failed()).isEqualTo(1); // nobody knows whether the five are counted
        }
    }

    @Test
    void save_intoAKeyOfAnotherType_costsOneFailureAndStopsNobody() {
        server.ask("SET", PLAYER + "evil", "a string");
        server.ask("HSET", PLAYER + "odd", "score", "many");
        try (Saving saving = new Saving()) {
            saving.profiles.save("anna", "c1", "hall", 1);
            saving.profiles.save("evil", "c2", "hall", 1);
            saving.profiles.save("bob", "c3", "hall", 1);
            saving.awaitSaved();
            assertThat(saving.profiles.failed()).isEqualTo(1);

            saving.profiles.save("odd", "c4", "hall", 1);
            saving.awaitSaved();
            assertThat(saving.profiles.failed()).isEqualTo(2);
            assertThat(ask("HGET", PLAYER + "odd", "room")).isEqualTo("hall");
            assertThat(ask("HGET", PLAYER + "anna", "score")).isEqualTo("1");
            assertThat(ask("HGET", PLAYER + "bob", "score")).isEqualTo("1");
        }
    }

    @Test
    void save_whileTheServerHasNoMemory_isThereWhenItHas() {
        try (Saving saving = new Saving()) {
            server.ask("CONFIG", "SET", "maxmemory", "1");
            try {
                saving.profiles.save("anna", "c1", "hall", 3);
                Await.until(SOON, () -> server.info("errorstats").containsKey("errorstat_OOM"), "the server to refuse");
                saving.profiles.save("anna", "c1", null, 1);
            } finally {
                server.ask("CONFIG", "SET", "maxmemory", "0");
            }
            saving.awaitSaved();
            assertThat(ask("HMGET", PLAYER + "anna", "room", "score")).isEqualTo("[hall, 4]");
            assertThat(saving.profiles.failed()).isZero();
        }
    }

    @Test
    void save_ofMoreThanMayBeUnsaved_isCounted() {
        try (Saving saving = new Saving(Limits.ofDefaults(), 4)) {
            saving.cut();
            saving.profiles.save("anna", "c1", "hall", 1);
            saving.profiles.save("bob", "c2", "hall", 1);
            saving.profiles.save("carl", "c3", "hall", 1);
            saving.profiles.save("anna", "c1", "cellar", 1);
            assertThat(saving.profiles.failed()).isEqualTo(2); // the player and the connection
            saving.proxy.heal();
            saving.awaitSaved();
            assertThat(ask("HMGET", PLAYER + "anna", "room", "score")).isEqualTo("[cellar, 2]");
            assertThat(server.ask("EXISTS", PLAYER + "carl")).isEqualTo(0L);
        }
    }

    // ---- coming back ----

    @Test
    void begin_whileThePlayerIsUnsaved_readsWhatIsSavedThen() {
        try (Saving saving = new Saving()) {
            saving.proxy.roundTrip(Duration.ofMillis(100));
            saving.profiles.save("anna", "c1", "hall", 2);
            saving.profiles.save("anna", "c1", "attic", 3);
            Profiles.Profile profile = saving.read("anna");
            assertThat(profile.room()).isEqualTo("attic");
            assertThat(profile.score()).isEqualTo(5);
            assertThat(saving.read("bob")).isEqualTo(Profiles.Profile.NONE);
        }
    }

    @Test
    void resuming_allowedAndForbidden_isAsTheLastSaid() {
        try (Saving saving = new Saving()) {
            saving.proxy.roundTrip(Duration.ofMillis(20));
            for (int i = 0; i < 50; i++) {
                saving.profiles.allowResuming("out" + i, "secret", "anna");
                saving.profiles.save("anna", "out" + i, "hall", 0);
                saving.profiles.forbidResuming("out" + i);
                saving.profiles.forbidResuming("in" + i);
                saving.profiles.allowResuming("in" + i, "old", "bob");
                saving.profiles.allowResuming("in" + i, "secret", "anna");
                saving.profiles.save("anna", "in" + i, "hall", 0);
                assertThat(saving.profiles.resumed("out" + i, "secret")).isNull();
                assertThat(saving.profiles.resumed("in" + i, "secret")).isEqualTo("anna");
                assertThat(saving.profiles.resumed("in" + i, "old")).isNull();
            }
            saving.awaitSaved();
            assertThat(saving.profiles.failed()).isZero();
            assertThat(server.ask("DBSIZE")).isEqualTo(51L);
            for (int i = 0; i < 50; i++) {
                assertThat(saving.profiles.resumed("in" + i, "secret")).isEqualTo("anna");
                assertThat(saving.profiles.resumed("out" + i, "secret")).isNull();
                assertThat((Long) server.ask("TTL", RESUME + "in" + i)).isBetween(1L, 86_400L);
            }
        }
    }

    @Test
    @NoLeakedThreads(allowing = "Thread-") // Javalin's, which sleeps
    void login_behindALogoutInTheSameProcess_isWhereThatWas() {
        try (FaultProxy proxy = FaultProxy.to(server);
                ServerFixture fixture =
                        ServerFixture.start(Map.of("REDIS_URL", proxy.url(), "MILLRACE_PROCESS", "g1"))) {
            int port = fixture.server().service(ConnectionsService.class).port();
            try (TelnetClient before = TelnetClient.at(port, "anna");
                    TelnetClient after = TelnetClient.at(port)) {
                before.says("join attic").hears("anna is here");
                before.says("say one").hears("anna: one");
                after.hears("resume c-");
                proxy.roundTrip(Duration.ofMillis(50));
                before.says("logout").hears("logged out");
                after.says("login anna").hears("* you are anna, in attic, score 2");
                proxy.heal();
            }
        }
    }

    // ---- the end ----

    @Test
    void close_withUnsaved_savesIt() {
        try (Saving saving = new Saving()) {
            saving.proxy.roundTrip(Duration.ofMillis(5));
            for (int i = 0; i < 5_000; i++) {
                saving.profiles.save("p" + i, "c" + i, "room" + i, i + 1);
            }
            saving.profiles.close(SOON);
            assertThat(saving.profiles.failed()).isZero();
            assertThat(wrong(5_000)).isEmpty();
            saving.profiles.save("late", "c", "hall", 1);
            assertThat(saving.profiles.failed()).isEqualTo(2);
            assertThat(saving.profiles.unsaved()).isZero();
        }
    }

    @Test
    void close_whileRedisIsAway_savesWhenItComesBackInTime() {
        try (Saving saving = new Saving()) {
            saving.cut();
            saving.profiles.save("anna", "c1", "hall", 1);
            Thread healing = Thread.ofVirtual().start(saving.proxy::heal);
            saving.profiles.close(SOON);
            assertThat(healing.isAlive()).isFalse();
            assertThat(ask("HMGET", PLAYER + "anna", "room", "score")).isEqualTo("[hall, 1]");
            assertThat(saving.profiles.failed()).isZero();
        }
    }

    @Test
    void close_whileRedisIsSilent_endsInTimeAndCountsWhatIsLost() {
        try (Saving saving = new Saving()) {
            saving.redis.run(Server.ping());
            saving.proxy.freeze();
            for (int i = 0; i < 1_000; i++) {
                saving.profiles.save("p" + i, "c" + i, "hall", 0);
            }
            long began = System.nanoTime();
            saving.profiles.close(Duration.ofMillis(200));
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(4)); // a call may take 5 s
            assertThat(saving.profiles.failed()).isEqualTo(2_000);
            assertThat(saving.profiles.unsaved()).isZero();
        }
    }
}
