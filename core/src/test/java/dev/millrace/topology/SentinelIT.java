package dev.millrace.topology;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.NotSent;
import dev.millrace.command.Rejected;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TlsMaterial;
import dev.millrace.testkit.sentinel.SentinelTrio;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NoLeakedThreads
@Timeout(120)
class SentinelIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static SentinelTrio trio;

    @BeforeAll
    static void start() {
        trio = SentinelTrio.start();
    }

    @AfterAll
    static void stop() {
        trio.close();
    }

    private static MillraceOptions.Builder options(SentinelTrio its) {
        return MillraceOptions.sentinel(its.masterName(), its.sentinelSeeds().toArray(String[]::new))
                .commandTimeout(PATIENT);
    }

    private static void assertServedBy(SentinelTrio its, Millrace redis) {
        redis.run(set("key", "value"));
        assertThat(redis.run(get("key"))).isEqualTo("value");
        assertThat(its.master().ask("GET", "key")).isEqualTo("value");
    }

    // ---- finding ----

    @Test
    void run_oneOfThreeSentinelsNamed_isServedByTheMaster() {
        try (Millrace redis = Millrace.connect(
                MillraceOptions.sentinel(trio.masterName(), trio.sentinelSeeds().getFirst())
                        .build())) {
            assertServedBy(trio, redis);
            assertThat(redis.routing().redirects()).isZero();
            assertThat(redis.routing().refreshes()).isPositive();
        }
    }

    @Test
    void start_beforeAnythingIsKnown_runsInOrder() {
        try (Millrace redis = Millrace.connect(options(trio).build())) {
            List<CompletableFuture<Long>> started = java.util.stream.IntStream.range(0, 100)
                    .mapToObj(i -> redis.start(dev.millrace.command.Lists.rpush("started", Integer.toString(i)))
                            .toCompletableFuture())
                    .toList();
            for (int i = 0; i < started.size(); i++) {
                assertThat(started.get(i).join()).isEqualTo(i + 1);
            }
            assertThat(redis.run(dev.millrace.command.Lists.lrange("started", 0, 2)))
                    .containsExactly("0", "1", "2");
        }
    }

    @Test
    void run_allSentinelsButOneDown_isServedByTheMaster() {
        try (SentinelTrio own = SentinelTrio.start();
                Millrace redis = Millrace.connect(options(own).build())) {
            own.sentinels().get(0).kill();
            own.sentinels().get(2).kill();
            assertServedBy(own, redis);
        }
    }

    @Test
    void run_pausedSentinel_doesNotHoldUp() {
        RedisServer paused = trio.sentinels().getFirst();
        paused.pause();
        try {
            // A second is what a Sentinel may take that is waited for; the machine may be busy, so the best of five.
            Await.until(
                    PATIENT,
                    () -> {
                        long began = System.nanoTime();
                        try (Millrace redis = Millrace.connect(options(trio)
                                .closeTimeout(Duration.ofMillis(100))
                                .build())) {
                            redis.run(get("key"));
                            return System.nanoTime() - began
                                    < Duration.ofMillis(900).toNanos();
                        }
                    },
                    "each client waited for the Sentinel that is paused");
        } finally {
            paused.resume();
        }
    }

    @Test
    void run_databaseNumber_isSelected() {
        try (Millrace redis = Millrace.connect(options(trio).database(3).build())) {
            redis.run(set("numbered", "3"));
            redis.run(set("numbered", "three"));
        }
        String keys = String.valueOf(trio.master().info("keyspace"));
        assertThat(keys).contains("db3");
    }

    @Test
    void run_serversWithUserAndPassword_logsInThereAndNotAtTheSentinels() {
        try (SentinelTrio own = SentinelTrio.builder()
                        .user("app", "on", ">s3cret", "~*", "+@all", "-@dangerous")
                        .start();
                Millrace redis = Millrace.connect(
                        options(own).credentials("app", "s3cret").build())) {
            assertServedBy(own, redis); // it may not even ask for the role
        }
    }

    @Test
    void run_sentinelsAndServersWithTls_isServedByTheMaster() throws Exception {
        try (TlsMaterial material = TlsMaterial.create();
                SentinelTrio own = SentinelTrio.builder().tls(material).start();
                Millrace redis = Millrace.connect(MillraceOptions.sentinel(
                                own.masterName(),
                                own.sentinelSeeds().stream()
                                        .map(seed -> "rediss://" + seed)
                                        .toArray(String[]::new))
                        .tls(material.clientContext())
                        .build())) {
            assertServedBy(own, redis);
        }
    }

    @Test
    void run_addressesAreTranslated_asksTheMappingForEach() {
        List<String> asked = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (Millrace redis = Millrace.connect(options(trio)
                .addressMapping(announced -> {
                    asked.add(announced.name());
                    return announced;
                })
                .build())) {
            assertServedBy(trio, redis);
        }
        assertThat(asked).contains("127.0.0.1:" + trio.master().port());
    }

    // ---- not finding ----

    @Test
    void run_nameThatNoSentinelKnows_saysSoAndHowToMendIt() {
        try (Millrace redis = Millrace.connect(
                MillraceOptions.sentinel("nosuch", trio.sentinelSeeds().toArray(String[]::new))
                        .commandTimeout(PATIENT)
                        .build())) {
            assertThatThrownBy(() -> redis.run(get("key")))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining("the master nosuch was not found")
                    .hasMessageContaining("none of the Sentinels knows a master of that name")
                    .hasMessageContaining("SENTINEL MASTERS lists the names they know");
        }
    }

    @Test
    void run_nobodyCanBeReached_failsAfterThePatienceAndNamesThem() {
        try (RedisServer gone = RedisServer.start()) {
            gone.kill();
            String seed = "127.0.0.1:" + gone.port();
            try (Millrace redis = Millrace.connect(MillraceOptions.sentinel("main", seed)
                    .commandTimeout(PATIENT)
                    .build())) {
                long began = System.nanoTime();
                assertThatThrownBy(() -> redis.run(get("key")))
                        .isInstanceOf(NotSent.class)
                        .hasMessageContaining("the master main was not found")
                        .hasMessageContaining(seed)
                        .hasMessageContaining("Connection refused");
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofSeconds(2), PATIENT);
            }
        }
    }

    @Test
    void run_sentinelsNameAServerThatIsNoMaster_isNotSentThere() {
        RedisServer replica = trio.replicas().getFirst();
        try (RedisServer behind = RedisServer.builder()
                        .config("replicaof", "127.0.0.1 " + replica.port())
                        .start();
                Millrace redis = Millrace.connect(options(trio)
                        .addressMapping(announced -> new dev.millrace.connection.Endpoint.Tcp(
                                announced.host(),
                                announced.port() == trio.master().port() ? behind.port() : announced.port(),
                                null))
                        .build())) {
            assertThatThrownBy(() -> redis.run(set("key", "value")))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining("127.0.0.1:" + behind.port() + ", which the Sentinels name, is a replica");
        }
    }

    @Test
    void close_whileItIsLookedFor_endsWhoWaits() {
        try (RedisServer silent = RedisServer.start()) {
            silent.pause();
            Millrace redis = Millrace.connect(MillraceOptions.sentinel("main", "127.0.0.1:" + silent.port())
                    .commandTimeout(PATIENT)
                    .build());
            CompletableFuture<String> waiting = redis.start(get("key"), PATIENT).toCompletableFuture();
            redis.close();
            assertThat(waiting.handle((value, failure) -> failure).join())
                    .isInstanceOfAny(Rejected.class, NotSent.class);
            assertThatThrownBy(() -> redis.run(get("key"))).isInstanceOf(Rejected.class);
        }
    }
}
