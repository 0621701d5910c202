package dev.millrace.topology;

import static dev.millrace.command.Lists.rpush;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.mget;
import static dev.millrace.command.Strings.mset;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.connection.Endpoint;
import dev.millrace.resilience.Reconnection;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.FreePorts;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TlsMaterial;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How a cluster is found and reached: seeds, users, TLS, announced names, translated addresses; and where it is not. */
@NoLeakedThreads
class ClusterAccessIT {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final String SECRET = "kept-to-itself";
    private static RedisCluster cluster;

    /** Announces names that nobody can resolve; only its user "app" may use the keys. */
    @BeforeAll
    static void start() {
        cluster = RedisCluster.builder()
                .replicasPerMaster(0)
                .hostnames(number -> "node-%d.nowhere.invalid".formatted(number))
                .user("default", "on", "nopass", "~*", "&*", "+@all")
                .user("app", "on", ">" + SECRET, "~app:*", "&*", "+@all")
                .user("blind", "on", ">" + SECRET, "~app:*", "+@all", "-cluster")
                .start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static final UnaryOperator<Endpoint.Tcp> TO_LOOPBACK =
            announced -> new Endpoint.Tcp("127.0.0.1", announced.port(), null);

    private static MillraceOptions.Builder options(String... seeds) {
        return MillraceOptions.cluster(seeds)
                .addressMapping(TO_LOOPBACK)
                .reconnection(new Reconnection(Duration.ofMillis(10), Duration.ofMillis(200), PATIENCE))
                .refresh(new Refresh(Duration.ofSeconds(30), Duration.ofMillis(100)))
                .commandTimeout(PATIENT);
    }

    private static MillraceOptions.Builder asApp(String... seeds) {
        return options(seeds).credentials("app", SECRET);
    }

    private static void useAll(Millrace redis) {
        Map<String, String> values = new HashMap<>();
        IntStream.range(0, 50).forEach(i -> values.put("app:" + i, "v" + i));
        assertThat(redis.run(mset(values))).isEqualTo("OK");
        assertThat(redis.run(mget(values.keySet()))).isEqualTo(List.copyOf(values.values()));
        var batch = redis.batch();
        var replies =
                IntStream.range(0, 50).mapToObj(i -> batch.add(get("app:" + i))).toList();
        batch.run();
        IntStream.range(0, 50).forEach(i -> assertThat(replies.get(i).get()).isEqualTo("v" + i));
        assertThat(redis.routing().redirects()).isZero();
    }

    private static String nobody() {
        return "127.0.0.1:" + FreePorts.next();
    }

    // ---- seeds ----

    @Test
    void connect_namesAnnouncedAndMapped_reachesAllAsItsUser() {
        try (Millrace redis = Millrace.connect(asApp(cluster.seeds().getFirst()).build())) {
            useAll(redis);
            assertThatThrownBy(() -> redis.run(get("other:1"))).isInstanceOf(ServerError.NoPermission.class);
        }
    }

    @Test
    void connect_firstSeedsAreGone_findsTheCluster() {
        String[] seeds = {
            nobody(), nobody(), nobody(), nobody(), cluster.seeds().get(1)
        };
        try (Millrace redis = Millrace.connect(asApp(seeds).build())) {
            useAll(redis);
        }
    }

    @Test
    void connect_noSeedReachable_saysSoWithinThePatience() {
        try (Millrace redis = Millrace.connect(options(nobody(), nobody()).build())) {
            long began = System.nanoTime();
            assertThatThrownBy(() -> redis.run(get("app:k")))
                    .isInstanceOf(NotSent.class)
                    .hasMessageStartingWith("nothing was sent: the cluster was not found: 127.0.0.1:")
                    .hasMessageContaining("refused");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENT.dividedBy(2));
            began = System.nanoTime();
            CompletableFuture<String> started = redis.start(get("app:k")).toCompletableFuture();
            assertThatThrownBy(started::join).hasCauseInstanceOf(NotSent.class);
            var batch = redis.batch();
            var reply = batch.add(get("app:k"));
            batch.run();
            assertThat(reply.error()).isInstanceOf(NotSent.class);
            assertThatThrownBy(redis::dedicated).isInstanceOf(NotSent.class);
            assertThatThrownBy(() -> redis.dedicated("app:k")).isInstanceOf(NotSent.class);
            assertThatThrownBy(
                            () -> redis.scan(dev.millrace.command.Keys.scan()).forEach(key -> {}))
                    .isInstanceOf(NotSent.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            assertThat(redis.statistics().queued()).isZero();
        }
    }

    @Test
    void connect_seedComesUpLater_startedCommandsArriveInTheirOrder() {
        ClusterNode seed = cluster.nodes().getFirst();
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", seed.port());
                Millrace redis = Millrace.connect(asApp("127.0.0.1:" + proxy.port())
                        .reconnection(new Reconnection(Duration.ofMillis(10), Duration.ofMillis(50), PATIENT))
                        .build())) {
            proxy.refuse(true);
            List<CompletableFuture<Long>> lengths = IntStream.range(0, 100)
                    .mapToObj(i -> redis.start(rpush("app:early", "" + i)).toCompletableFuture())
                    .toList();
            Await.until(PATIENT, () -> redis.routing().refreshes() > 0, "it was looked for");
            assertThat(lengths).noneMatch(CompletableFuture::isDone);
            proxy.refuse(false);
            IntStream.range(0, 100)
                    .forEach(i -> assertThat(lengths.get(i).join()).isEqualTo(i + 1));
            assertThat(redis.run(dev.millrace.command.Lists.lrange("app:early", 0, -1)))
                    .isEqualTo(IntStream.range(0, 100).mapToObj(String::valueOf).toList());
        }
    }

    @Test
    void connect_seedIsNoCluster_saysSo() {
        try (RedisServer single = RedisServer.start();
                Millrace redis =
                        Millrace.connect(options("127.0.0.1:" + single.port()).build())) {
            assertThatThrownBy(() -> redis.run(get("app:k")))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining("cluster support disabled");
        }
    }

    @Test
    void close_whileNothingIsReachable_endsAtOnceAndFailsWhatWaits() {
        List<CompletableFuture<String>> waiting;
        long began;
        try (Millrace redis = Millrace.connect(options(nobody())
                .reconnection(new Reconnection(Duration.ofMillis(10), Duration.ofMillis(200), PATIENT))
                .build())) {
            waiting = IntStream.range(0, 20)
                    .mapToObj(i -> redis.start(set("app:" + i, "v")).toCompletableFuture())
                    .toList();
            CompletableFuture<String> blocked = CompletableFuture.supplyAsync(
                    () -> redis.run(get("app:k")), task -> Thread.ofVirtual().start(task));
            Await.until(PATIENT, () -> redis.routing().refreshes() > 0, "it was looked for");
            assertThat(blocked).isNotDone();
            began = System.nanoTime();
            redis.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
            assertThatThrownBy(blocked::join).hasCauseInstanceOf(Rejected.class);
            waiting.forEach(each -> assertThatThrownBy(each::join).hasCauseInstanceOf(MillraceException.class));
            assertThatThrownBy(() -> redis.run(get("app:k"))).isInstanceOf(Rejected.class);
        }
    }

    // ---- users, TLS ----

    @Test
    void connect_wrongPassword_saysSoWithoutIt() {
        try (Millrace redis = Millrace.connect(
                options(cluster.seeds().getFirst()).credentials("app", "wr0ng").build())) {
            assertThatThrownBy(() -> redis.run(get("app:k")))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageNotContaining("wr0ng");
        }
    }

    @Test
    void connect_userMayNotAskForTheCluster_saysSo() {
        try (Millrace redis = Millrace.connect(
                options(cluster.seeds().getFirst()).credentials("blind", SECRET).build())) {
            assertThatThrownBy(() -> redis.run(get("app:k")))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("NOPERM")
                    .hasMessageContaining("cluster");
        }
    }

    @Test
    void connect_tlsBehindProxiesWithNamesOfTheCertificate_reachesAll() {
        try (TlsMaterial tls = TlsMaterial.create();
                RedisCluster secured = RedisCluster.builder()
                        .replicasPerMaster(0)
                        .tls(tls)
                        .password(SECRET)
                        .proxies()
                        .hostnames(number -> "localhost")
                        .start()) {
            try (Millrace redis =
                    Millrace.connect(MillraceOptions.cluster(secured.urls().toArray(String[]::new))
                            .tls(tls.clientContext())
                            .credentials(null, SECRET)
                            .commandTimeout(PATIENT)
                            .build())) {
                useAll(redis);
                ClusterNode from = secured.masters().getFirst();
                ClusterNode to = secured.masters().get(1);
                String key = ClusterKeys.of(from, "app:moved", 1).getFirst();
                redis.run(set(key, "v"));
                secured.beginMigration(RedisCluster.slotOf(key), to).finish();
                assertThat(redis.run(get(key))).isEqualTo("v");
                assertThat(redis.routing().redirects()).isEqualTo(1);
            }
        }
    }

    // ---- slots that nobody serves ----

    @Test
    void run_slotIsNotServed_isRetriedUntilItIs() {
        String key = "app:unserved";
        ClusterNode owner = cluster.masterOf(key);
        String slot = String.valueOf(RedisCluster.slotOf(key));
        try (Millrace redis = Millrace.connect(asApp(cluster.seeds().getFirst()).build())) {
            redis.run(set(key, "v"));
            owner.ask("CLUSTER", "DELSLOTS", slot);
            try {
                long began = System.nanoTime();
                // The last try may be under way when the time is up.
                assertThatThrownBy(() -> redis.run(get(key), Duration.ofMillis(700)))
                        .isInstanceOfAny(ServerError.ClusterDown.class, OutcomeUnknown.class, NotSent.class);
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .isBetween(Duration.ofMillis(500), Duration.ofSeconds(5));
                CompletableFuture<String> started =
                        redis.start(get(key), PATIENT).toCompletableFuture();
                CompletableFuture<String> blocked = CompletableFuture.supplyAsync(
                        () -> redis.run(get(key), PATIENT),
                        task -> Thread.ofVirtual().start(task));
                CompletableFuture<String> batched = CompletableFuture.supplyAsync(
                        () -> {
                            var batch = redis.batch();
                            var reply = batch.add(get(key));
                            batch.run();
                            return reply.get();
                        },
                        task -> Thread.ofVirtual().start(task));
                long looks = redis.routing().refreshes();
                Await.until(PATIENT, () -> redis.routing().refreshes() > looks + 1, "it is looked for");
                assertThat(List.of(started, blocked, batched)).noneMatch(CompletableFuture::isDone);
                owner.ask("CLUSTER", "ADDSLOTS", slot);
                assertThat(started.join()).isEqualTo("v");
                assertThat(blocked.join()).isEqualTo("v");
                assertThat(batched.join()).isEqualTo("v");
            } finally {
                if (!owner.slots().contains(Integer.parseInt(slot))) {
                    owner.ask("CLUSTER", "ADDSLOTS", slot);
                }
                cluster.awaitSettled();
            }
        }
    }
}
