package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a room shows of all its plugins, how often Redis is asked for it, and what one that fails does to the others. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class RoomPluginsIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static TestDeployment server;
    private Millrace redis;
    private Storage storage;
    private RoomPlugins plugins;

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
        redis = Millrace.connect(server.options().commandTimeout(SOON).build());
        storage = redis.storage();
        plugins = new RoomPlugins(storage);
    }

    @AfterEach
    void close() {
        redis.close();
    }

    /** Shows its values as they are. */
    private record Plain(String name, List<String> componentKeys) implements RoomPlugin<Map<String, String>> {
        @Override
        public Map<String, String> component(Map<String, String> values) {
            return Map.copyOf(values);
        }
    }

    private record Broken(String name) implements RoomPlugin<String> {
        @Override
        public List<String> componentKeys() {
            return List.of("a");
        }

        @Override
        public String component(Map<String, String> values) {
            throw new IllegalStateException("somebody's secret");
        }
    }

    private long trips() {
        return server.calls("mget") + server.calls("get");
    }

    @Test
    void components_ofAllPlugins_takeOneTripColdAndNoneWarm() {
        plugins.register(new Plain("one", List.of("a", "b")));
        plugins.register(new Plain("two", List.of("a", "c")));
        plugins.register(new PlaylistDemocracy(storage));
        storage.plugin("room", "one").set("a", "1");
        storage.plugin("room", "two").set("c", "2");
        storage.plugin("other room", "one").set("a", "not this");
        long before = trips();
        Map<String, Answer<?>> cold = plugins.components("room");
        assertThat(trips() - before).as("questions").isEqualTo(1);
        assertThat(cold.keySet()).containsExactly("one", "playlist-democracy", "two");
        assertThat(cold.get("one")).isEqualTo(Answer.of(Map.of("a", "1")));
        assertThat(cold.get("two")).isEqualTo(Answer.of(Map.of("c", "2")));
        for (int i = 0; i < 10; i++) {
            assertThat(plugins.components("room")).isEqualTo(cold);
        }
        assertThat(trips() - before).as("questions").isEqualTo(1);
        assertThat(storage.statistics().components()).isEqualTo(33);
    }

    @Test
    void joinStorm_ofOneRoom_asksAFewTimes() throws Exception {
        plugins.register(new Plain("one", List.of("a", "b")));
        storage.plugin("room", "one").set("a", "1");
        plugins.components("warms the connection up");
        long before = trips();
        assertThat(joined(100, () -> plugins.components("room")))
                .allSatisfy(all -> assertThat(all.get("one")).isEqualTo(Answer.of(Map.of("a", "1"))));
        // Most follow who leads, or come when it is in memory; some lead for the second key, or come in between.
        assertThat(trips() - before).as("questions").isBetween(1L, 10L);
    }

    private static <T> List<T> joined(int callers, Callable<T> call) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Future<T>> answers = new ArrayList<>();
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < callers; i++) {
                answers.add(all.submit(() -> {
                    go.await();
                    return call.call();
                }));
            }
            go.countDown();
            List<T> got = new ArrayList<>();
            for (Future<T> answer : answers) {
                got.add(answer.get());
            }
            return got;
        }
    }

    @Test
    void change_byAnyone_isShown() {
        plugins.register(new Plain("one", List.of("a")));
        assertThat(plugins.components("room").get("one")).isEqualTo(Answer.of(Map.of()));
        storage.plugin("room", "one").set("a", "1");
        assertThat(plugins.components("room").get("one")).isEqualTo(Answer.of(Map.of("a", "1")));
        try (Millrace other = Millrace.connect(server.options().build())) {
            other.storage().plugin("room", "one").set("a", "2");
        }
        Await.until(
                SOON,
                () -> plugins.components("room").get("one").equals(Answer.of(Map.of("a", "2"))),
                "another's change is shown");
    }

    @Test
    void pluginThatThrows_hasAnError_andTheOthersTheirComponents() {
        plugins.register(new Plain("one", List.of("a")));
        plugins.register(new Broken("two"));
        storage.plugin("room", "one").set("a", "1");
        Map<String, Answer<?>> all = plugins.components("room");
        assertThat(all.get("one")).isEqualTo(Answer.of(Map.of("a", "1")));
        assertThat(all.get("two").value()).isNull();
        assertThat(all.get("two").error())
                .hasMessageContaining("IllegalStateException")
                .hasMessageNotContaining("secret");
        assertThat(storage.statistics().componentFailures()).isEqualTo(1);
    }

    @Test
    void keyThatIsNoString_isMissing_andTheOthersAreThere() {
        plugins.register(new Plain("one", List.of("a", "b")));
        PluginStorage one = storage.plugin("room", "one");
        one.set("b", "1");
        server.master("{room}").ask("LPUSH", "millrace:room:{room}:one:a", "x");
        assertThat(plugins.components("room").get("one").error()).isNull();
        assertThat(plugins.components("room").get("one").value()).isEqualTo(Map.of("b", "1"));
    }

    @Test
    void register_twiceOrBadly_isRefused() {
        plugins.register(new Plain("one", List.of("a")));
        assertThatIllegalArgumentException().isThrownBy(() -> plugins.register(new Plain("one", List.of("b"))));
        assertThatIllegalArgumentException().isThrownBy(() -> plugins.register(new Plain("", List.of("b"))));
        assertThatIllegalArgumentException().isThrownBy(() -> plugins.register(new Plain("two", List.of(""))));
        assertThat(plugins.names()).containsExactly("one");
        assertThat(new RoomPlugins(storage).components("room")).isEmpty();
    }

    @Test
    void redisGone_componentsAreNullInTime() {
        try (RedisServer local = RedisServer.start();
                Millrace lonely = Millrace.connect(MillraceOptions.builder(local.url())
                        .commandTimeout(Duration.ofMillis(300))
                        .build())) {
            Storage its = lonely.storage();
            RoomPlugins all = new RoomPlugins(its);
            all.register(new Plain("one", List.of("a")));
            all.register(new PlaylistDemocracy(its));
            local.kill();
            Map<String, Answer<?>> components = all.components("room");
            assertThat(components).hasSize(2).allSatisfy((name, each) -> {
                assertThat(each.value()).isNull();
                assertThat(each.error()).isNotNull();
            });
            assertThat(its.statistics().componentFailures()).isEqualTo(2);
        }
    }
}
