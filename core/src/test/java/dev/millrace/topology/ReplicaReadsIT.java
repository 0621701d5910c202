package dev.millrace.topology;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.mget;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.storage.PluginStorage;
import dev.millrace.storage.Storage;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ReplicaReadsIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static RedisCluster cluster;

    private ClusterNode master;
    private ClusterNode replica;

    @BeforeAll
    static void startCluster() {
        cluster = RedisCluster.builder().proxies().start();
        // A replica whose master was never written to is not named by CLUSTER SLOTS.
        for (int i = 0; i < 100; i++) {
            cluster.masterOf("warm:" + i).ask("SET", "warm:" + i, "v");
        }
        Await.until(
                LONG,
                () -> cluster.nodes().stream().allMatch(ReplicaReadsIT::namesAllReplicas),
                "a node does not name every replica");
    }

    private static boolean namesAllReplicas(ClusterNode node) {
        String slots = String.valueOf(node.ask("CLUSTER", "SLOTS"));
        return cluster.replicas().stream()
                .allMatch(one ->
                        slots.contains(one.address().substring(one.address().indexOf(':') + 1)));
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @BeforeEach
    void findNodes() {
        cluster.awaitSettled();
        master = cluster.masterOf("k");
        replica = cluster.replicasOf(master).getFirst();
    }

    private static MillraceOptions.Builder options(ReplicaReads reads) {
        return MillraceOptions.cluster(cluster.seeds().toArray(String[]::new)).replicaReads(reads);
    }

    private static Millrace connect(ReplicaReads reads) {
        return Millrace.connect(options(reads).build());
    }

    /** Stores a value and waits until the replica has it. */
    private void store(Millrace redis, String value) {
        redis.run(set("k", value));
        assertThat(master.ask("WAIT", "1", "20000")).isEqualTo(1L);
    }

    @Test
    @NoLeakedThreads
    void replicaPreferred_reads_areAnsweredByReplicas() {
        try (Millrace redis = connect(ReplicaReads.of(ReadPolicy.REPLICA_PREFERRED))) {
            store(redis, "v");
            Answer<String> answer = redis.ask(get("k"));
            assertThat(answer.value()).isEqualTo("v");
            assertThat(answer.fromReplica()).isTrue();
            assertThat(answer.nodes()).containsExactly(replica.address());
            assertThat(redis.routing().replicaReads()).isEqualTo(1);
        }
    }

    @Test
    @NoLeakedThreads
    void replicaPreferred_storage_readsReplicasAndRemembersWhatMastersSay() {
        try (Millrace redis = connect(ReplicaReads.of(ReadPolicy.REPLICA_PREFERRED))) {
            Storage storage = redis.storage();
            PluginStorage plugin = storage.plugin("replicated", "lights");
            assertThat(plugin.set("mode", "party")).isTrue();
            ClusterNode its = cluster.masterOf("{replicated}");
            assertThat(its.ask("WAIT", "1", "20000")).isEqualTo(1L);
            long before = redis.routing().replicaReads();

            assertThat(plugin.get("mode")).isEqualTo("party");
            assertThat(plugin.mget("mode", "none")).containsExactly("party", null);
            assertThat(redis.routing().replicaReads() - before).isEqualTo(2);

            // What is kept must be told of, so it is the master that is asked.
            assertThat(plugin.cached("mode")).isEqualTo("party");
            assertThat(redis.routing().replicaReads() - before).isEqualTo(2);
            its.ask("SET", "millrace:room:{replicated}:lights:mode", "quiet");
            Await.until(LONG, () -> "quiet".equals(plugin.cached("mode")), "memory has heard of the change");
        }
    }

    @Test
    @NoLeakedThreads
    void writes_neverGoToReplicas() {
        try (Millrace redis = connect(ReplicaReads.of(ReadPolicy.REPLICA_PREFERRED))) {
            for (int i = 0; i < 200; i++) {
                Answer<?> answer = redis.ask(set("write:" + i, "v"));
                assertThat(answer.fromReplica()).isFalse();
            }
            assertThat(redis.routing())
                    .isEqualTo(new RoutingStatistics(redis.routing().refreshes(), 0, 0));
        }
    }

    @Test
    @NoLeakedThreads
    void any_reads_goToMasterAndReplicaByTurns() {
        try (Millrace redis = connect(ReplicaReads.of(ReadPolicy.ANY))) {
            store(redis, "v");
            Set<String> nodes = new HashSet<>();
            // Who is not connected yet is passed over.
            Await.until(
                    LONG, () -> nodes.addAll(redis.ask(get("k")).nodes()) && nodes.size() == 2, "both have answered");
            assertThat(nodes).containsExactlyInAnyOrder(master.address(), replica.address());
            Set<String> next = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                next.addAll(redis.ask(get("k")).nodes());
            }
            assertThat(next).isEqualTo(nodes);
        }
    }

    @Test
    @NoLeakedThreads
    void replicaPreferred_dividedAndBatchedAndStarted_areAnswered() {
        try (Millrace redis = connect(ReplicaReads.of(ReadPolicy.REPLICA_PREFERRED))) {
            String[] keys = IntStream.range(0, 100).mapToObj(i -> "key:" + i).toArray(String[]::new);
            for (String key : keys) {
                redis.run(set(key, "v" + key));
            }
            cluster.masters()
                    .forEach(one -> assertThat(one.ask("WAIT", "1", "20000")).isEqualTo(1L));
            Answer<List<String>> all = redis.ask(mget(keys));
            assertThat(all.fromReplica()).isTrue();
            assertThat(all.nodes()).hasSize(3);
            Batch batch = redis.batch();
            List<Reply<String>> replies = new ArrayList<>();
            for (String key : keys) {
                replies.add(batch.add(get(key)));
            }
            batch.run();
            for (int i = 0; i < keys.length; i++) {
                assertThat(all.value().get(i)).isEqualTo("v" + keys[i]);
                assertThat(replies.get(i).get()).isEqualTo("v" + keys[i]);
                assertThat(redis.start(get(keys[i])).toCompletableFuture().join())
                        .isEqualTo("v" + keys[i]);
            }
            assertThat(redis.routing().redirects()).isZero();
        }
    }

    @Test // no check for threads: those that delay stay with their proxies
    void nearest_oneIsFurtherAway_theOtherIsRead() {
        try (Millrace redis = connect(ReplicaReads.of(ReadPolicy.NEAREST))) {
            store(redis, "v");
            master.proxy().roundTrip(Duration.ofMillis(20));
            try {
                Await.until(LONG, () -> redis.ask(get("k")).fromReplica(), "the master was read, though it is far");
            } finally {
                master.proxy().heal();
            }
            replica.proxy().roundTrip(Duration.ofMillis(20));
            try {
                Await.until(LONG, () -> !redis.ask(get("k")).fromReplica(), "the replica was read, though it is far");
            } finally {
                replica.proxy().heal();
            }
        }
    }

    @Test
    @NoLeakedThreads
    void maxLag_replicaHasLostItsMaster_isPassedOver() {
        ReplicaReads bounded = new ReplicaReads(ReadPolicy.REPLICA_PREFERRED, OptionalLong.of(1_000_000));
        try (Millrace redis = connect(bounded);
                Millrace unbounded = connect(ReplicaReads.of(ReadPolicy.REPLICA_PREFERRED))) {
            store(redis, "v");
            Await.until(LONG, () -> redis.ask(get("k")).fromReplica(), "a replica that is not behind was not read");
            replica.ask("CONFIG", "SET", "masterauth", "wrong"); // so that it can't come back
            master.ask("CLIENT", "KILL", "TYPE", "replica");
            try {
                Await.until(LONG, () -> !redis.ask(get("k")).fromReplica(), "a replica without a master was read");
                assertThat(unbounded.ask(get("k")).fromReplica()).isTrue();
            } finally {
                replica.ask("CONFIG", "SET", "masterauth", "");
            }
            Await.until(LONG, () -> redis.ask(get("k")).fromReplica(), "the replica was not taken back");
        }
    }

    @Test
    @NoLeakedThreads
    void replicaFrozen_readsAreAnsweredByTheMaster() {
        MillraceOptions options = options(ReplicaReads.of(ReadPolicy.REPLICA_PREFERRED))
                .commandTimeout(Duration.ofSeconds(4))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            store(redis, "v");
            assertThat(redis.ask(get("k")).fromReplica()).isTrue();
            replica.pause();
            try {
                Answer<String> first = redis.ask(get("k")); // nobody knows yet
                assertThat(first.value()).isEqualTo("v");
                assertThat(first.fromReplica()).isFalse();
                Await.until(
                        LONG,
                        () -> {
                            long began = System.nanoTime();
                            redis.run(get("k"));
                            return System.nanoTime() - began < 500_000_000L;
                        },
                        "a frozen replica was asked for longer than the probe needs");
            } finally {
                replica.resume();
            }
            Await.until(LONG, () -> redis.ask(get("k")).fromReplica(), "the replica was not taken back");
        }
    }

    @Test
    @NoLeakedThreads
    void replicaGone_readsAreAnsweredByTheMaster() {
        try (Millrace redis = connect(ReplicaReads.of(ReadPolicy.REPLICA_PREFERRED))) {
            store(redis, "v");
            assertThat(redis.ask(get("k")).fromReplica()).isTrue();
            replica.kill();
            try {
                for (int i = 0; i < 50; i++) {
                    assertThat(redis.run(get("k"))).isEqualTo("v");
                }
            } finally {
                replica.restart();
            }
            Await.until(LONG, () -> redis.ask(get("k")).fromReplica(), "the replica was not taken back");
        }
    }
}
