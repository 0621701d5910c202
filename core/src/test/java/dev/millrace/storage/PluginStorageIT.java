package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A plugin's keys: what it stores, that it reaches no other's, and what it is told when something fails. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class PluginStorageIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static TestDeployment server;
    private Millrace redis;
    private Storage storage;
    private PluginStorage plugin;

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
        redis = Millrace.connect(server.options().build());
        storage = redis.storage(StorageOptions.ofDefaults().within(SOON));
        plugin = storage.plugin("room", "plugin");
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void values_areStoredFoundChangedAndDeleted() {
        assertThat(plugin.get("key")).isNull();
        assertThat(plugin.exists("key")).isFalse();
        assertThat(plugin.set("key", "välue")).isTrue();
        assertThat(plugin.get("key")).isEqualTo("välue");
        assertThat(plugin.exists("key")).isTrue();
        assertThat(plugin.mget("key", "none")).containsExactly("välue", null);
        assertThat(plugin.increment("count")).isEqualTo(1);
        assertThat(plugin.increment("count", -5)).isEqualTo(-4);
        assertThat(plugin.delete("key")).isTrue();
        assertThat(plugin.delete("key")).isFalse();
        assertThat(plugin.mget()).isEmpty();
        assertThat(storage.statistics().failures()).isZero();
    }

    @Test
    void value_withATime_ends() {
        assertThat(plugin.set("key", "value", Duration.ofMillis(20))).isTrue();
        Await.until(SOON, () -> plugin.get("key") == null, "the value has ended");
        assertThatIllegalArgumentException().isThrownBy(() -> plugin.set("key", "value", Duration.ZERO));
    }

    @Test
    void pipeline_ofAllKinds_answersInOrderInOneTrip() {
        plugin.set("text", "a");
        Operation<String> text = Operation.get("text");
        Operation<List<String>> texts = Operation.mget("text", "none");
        List<Operation<?>> mixed = List.of(
                text,
                Operation.exists("none"),
                texts,
                Operation.set("new", "b"),
                Operation.increment("count", 7),
                Operation.get("new"),
                Operation.delete("new"));
        // The median: a heartbeat is a write too, now and then, and a reply may be here before its write is counted.
        long[] writes = new long[5];
        for (int round = 0; round < writes.length; round++) {
            long before = redis.statistics().writes();
            assertThat(plugin.pipeline(mixed).failures()).isZero();
            writes[round] = redis.statistics().writes() - before;
        }
        Arrays.sort(writes);
        assertThat(writes[2]).isEqualTo(1);
        plugin.delete("count");
        PipelineResult all = plugin.pipeline(mixed);
        assertThat(all.size()).isEqualTo(7);
        assertThat(all.value(text)).isEqualTo("a");
        assertThat(all.value(1)).isEqualTo(false);
        assertThat(all.value(texts)).containsExactly("a", null);
        assertThat(all.value(4)).isEqualTo(7L);
        assertThat(all.value(5)).isEqualTo("b");
        assertThat(all.value(6)).isEqualTo(1L);
        assertThat(all.failures()).isZero();
        assertThat(plugin.pipeline(List.of()).size()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> all.of(Operation.get("text")));
    }

    @Test
    void operationThatFails_isNullAtItsPlace_andTheOthersKeepTheirAnswers() {
        plugin.set("text", "a");
        PipelineResult all = plugin.pipeline(
                List.of(Operation.get("text"), Operation.increment("text", 1), Operation.exists("text")));
        assertThat(all.value(0)).isEqualTo("a");
        assertThat(all.value(1)).isNull();
        assertThat(all.error(1)).isInstanceOf(ServerError.class);
        assertThat(all.value(2)).isEqualTo(true);
        assertThat(all.error(2)).isNull();
        assertThat(storage.statistics().failures()).isEqualTo(1);
        assertThat(storage.statistics().operations()).isEqualTo(4);
        assertThatExceptionOfType(ServerError.class)
                .isThrownBy(() -> plugin.run(Operation.increment("text", 1)).orThrow());
    }

    @Test
    void keysOfAnyCharacters_stayInTheirOwnNamespace() {
        List<String> names = List.of("a", "a:b", "{a}", "}", "{", "a\0", "%41", "A", "ä", "*", " ", "..", "~t:");
        List<PluginStorage> all = new ArrayList<>();
        List<String> written = new ArrayList<>();
        for (String room : names) {
            for (String other : names) {
                PluginStorage its = storage.plugin(room, other);
                for (String key : names) {
                    assertThat(its.exists(key)).as("%s %s %s", room, other, key).isFalse();
                    assertThat(its.set(key, room + "|" + other + "|" + key)).isTrue();
                    written.add(room + "|" + other + "|" + key);
                }
                all.add(its);
            }
        }
        List<String> found = new ArrayList<>();
        all.forEach(its -> names.forEach(key -> found.add(its.get(key))));
        assertThat(found).isEqualTo(written);
        all.forEach(its -> names.forEach(key -> assertThat(its.cached(key)).isEqualTo(its.get(key))));
    }

    @Test
    void names_thatCannotBeOne_areRefusedBeforeAnythingIsSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> storage.plugin("", "a"))
                .withMessageContaining("room");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> storage.plugin("a", "x".repeat(513)))
                .withMessageContaining("513");
        assertThatIllegalArgumentException().isThrownBy(() -> plugin.get("")).withMessageContaining("empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plugin.set("\ud800", "x"))
                .withMessageContaining("surrogate");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plugin.pipeline(List.of(Operation.set("a", "x"), Operation.get(""))));
        assertThat(plugin.exists("a")).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageOptions.ofDefaults().prefix("a{b}:"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageOptions.ofDefaults().within(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageOptions.ofDefaults().maxEntries(0));
    }

    @Test
    void cached_isReadOnce_andDroppedWhenItChanges() {
        plugin.set("config", "1");
        assertThat(plugin.cached("config")).isEqualTo("1");
        long before = redis.statistics().commands();
        for (int i = 0; i < 100; i++) {
            assertThat(plugin.cached("config")).isEqualTo("1");
        }
        assertThat(storage.statistics().memory().hits()).isGreaterThanOrEqualTo(99);
        assertThat(redis.statistics().commands() - before)
                .as("heartbeats at the most")
                .isLessThan(10);
        plugin.set("config", "2");
        assertThat(plugin.cached("config")).as("an own write").isEqualTo("2");
        try (Millrace other = Millrace.connect(server.options().build())) {
            other.storage().plugin("room", "plugin").set("config", "3");
        }
        Await.until(SOON, () -> "3".equals(plugin.cached("config")), "another's write is seen");
    }

    /** All that it does must be possible to a user who may touch nothing but its prefix. */
    @Test
    void userOfThePrefixOnly_doesEverythingAndReachesNothingElse() {
        try (RedisServer guarded = RedisServer.builder()
                        .user("plugins", "on", ">secret", "~millrace:room:*", "&*", "+@all")
                        .start();
                Millrace confined = Millrace.connect(guarded.url().replace("redis://", "redis://plugins:secret@"))) {
            guarded.ask("SET", "else", "somebody's");
            Storage its = confined.storage();
            Random random = new Random(42);
            for (int i = 0; i < 300; i++) {
                byte[] name = new byte[1 + random.nextInt(6)];
                random.nextBytes(name);
                String key = new String(name, StandardCharsets.ISO_8859_1);
                PluginStorage some = its.plugin(key, key);
                assertThat(some.set(key, key)).isTrue();
                assertThat(some.get(key)).isEqualTo(key);
                assertThat(some.cached(key)).isEqualTo(key);
            }
            PlaylistDemocracy democracy = new PlaylistDemocracy(its);
            democracy.play("room", "track").orThrow();
            assertThat(democracy.vote("room", "track", "a", 1).orThrow()).isNotNull();
            assertThat(its.statistics().failures()).isZero();
            assertThat(guarded.ask("GET", "else")).isEqualTo("somebody's");
        }
    }

    @Test
    void redisGone_everythingIsNullInTime_andLoggedOnce() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream before = System.err;
        try (RedisServer local = RedisServer.start();
                Millrace lonely = Millrace.connect(MillraceOptions.builder(local.url())
                        .commandTimeout(Duration.ofMillis(300))
                        .build())) {
            Storage its = lonely.storage(StorageOptions.ofDefaults().within(Duration.ofMillis(300)));
            PluginStorage some = its.plugin("room", "plugin");
            some.set("key", "value");
            local.kill();
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
            long began = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                assertThat(some.get("key")).isNull();
                assertThat(some.set("key", "x")).isFalse();
                assertThat(some.exists("key")).isNull();
                assertThat(some.delete("key")).isNull();
                assertThat(some.increment("key")).isNull();
                assertThat(some.mget("key", "other")).containsExactly(null, null);
                assertThat(some.cached("other")).isNull();
                PipelineResult all = some.pipeline(List.of(Operation.get("a"), Operation.exists("b")));
                assertThat(all.failures()).isEqualTo(2);
                assertThat(all.error(1)).isInstanceOf(MillraceException.class);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(300 * 20 * 8));
            assertThat(its.statistics().failures()).isEqualTo(20 * 9);
            assertThat(log.toString(StandardCharsets.UTF_8)).containsOnlyOnce("and null is answered");
        } finally {
            System.setErr(before);
        }
    }
}
