package dev.millrace.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testkit.ErrorReplyException;
import dev.millrace.testkit.RespConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one cluster can go through, test after test; each leaves it whole. */
class RedisClusterIT {

    private static final Duration LONG = Duration.ofSeconds(20);

    private static RedisCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = RedisCluster.start();
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @AfterEach
    void clusterIsWhole() {
        cluster.awaitSettled();
        assertThat(cluster.masters().stream()
                        .mapToInt(master -> master.slots().size())
                        .sum())
                .isEqualTo(RedisCluster.SLOTS);
    }

    @Test
    void start_defaults_isThreeMastersWithAReplicaEach() {
        assertThat(cluster.nodes()).hasSize(6).allMatch(ClusterNode::isUp);
        assertThat(cluster.masters()).hasSize(3);
        assertThat(cluster.masters()).allSatisfy(master -> {
            assertThat(master.isMaster()).isTrue();
            assertThat(cluster.replicasOf(master)).hasSize(1);
        });
        assertThat(cluster.replicas()).hasSize(3).allSatisfy(replica -> {
            assertThat(replica.isMaster()).isFalse();
            assertThat(replica.slots()).isEmpty();
            assertThat(replica.info("replication")).containsEntry("master_link_status", "up");
        });
        assertThat(cluster.urls()).hasSize(6).allMatch(url -> url.matches("redis://127\\.0\\.0\\.1:\\d+"));
        assertThat(cluster.seeds())
                .containsExactlyElementsOf(
                        cluster.nodes().stream().map(ClusterNode::address).toList());
    }

    @Test
    void masterOf_key_isWhoServesIt() {
        ClusterNode master = cluster.masterOf("somekey");

        assertThat(cluster.masterOf(RedisCluster.slotOf("somekey"))).isSameAs(master);
        assertThat(master.slots()).contains(11_058);
        assertThat(master.ask("SET", "somekey", "v")).isEqualTo("OK");
        assertThatThrownBy(() -> cluster.masterOf(16_384)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void redirects_wrongMaster_areCounted() {
        ClusterNode owner = cluster.masterOf("counted");
        ClusterNode other = otherThan(owner);
        Redirects before = cluster.redirects();
        long calls = cluster.calls("append");

        owner.ask("APPEND", "counted", "a");
        assertThatThrownBy(() -> other.ask("APPEND", "counted", "b"))
                .isInstanceOf(ErrorReplyException.class)
                .hasMessage("MOVED %d %s", RedisCluster.slotOf("counted"), owner.address());

        assertThat(cluster.redirects().since(before)).isEqualTo(new Redirects(1, 0));
        assertThat(cluster.calls("append") - calls).isEqualTo(1);
    }

    @Test
    void moveSlots_withValuesInThem_takesTheValuesAlong() {
        ClusterNode from = cluster.masters().get(0);
        ClusterNode to = cluster.masters().get(1);
        Map<String, Integer> keys = keysOf(from, "value-", 300);
        keys.keySet().forEach(key -> from.ask("SET", key, "value of " + key));

        List<Integer> moved = cluster.moveSlots(from, to, 200);

        assertThat(moved).hasSize(200).isSorted().doesNotContainAnyElementsOf(from.slots());
        assertThat(to.slots()).containsAll(moved);
        assertThat(keys.values()).anyMatch(moved::contains);
        keys.forEach((key, slot) ->
                assertThat((moved.contains(slot) ? to : from).ask("GET", key)).isEqualTo("value of " + key));
    }

    @Test
    void moveSlots_whileThereIsLoad_losesNoWrite() throws Exception {
        ClusterNode from = cluster.masters().get(1);
        ClusterNode to = cluster.masters().get(2);
        List<String> keys = List.copyOf(keysOf(from, "counter-", 100).keySet());
        AtomicBoolean done = new AtomicBoolean();
        Map<String, Long> acknowledged = new TreeMap<>();
        FutureTask<Integer> load = new FutureTask<>(() -> {
            try (FollowingClient client = new FollowingClient(cluster.nodes())) {
                int write = 0;
                for (; !done.get() || write < 1_000; write++) {
                    String key = keys.get(write % keys.size());
                    client.ask(from, "INCR", key);
                    acknowledged.merge(key, 1L, Long::sum);
                }
                return write;
            }
        });
        Thread writer = Thread.ofPlatform().start(load);

        List<Integer> moved = cluster.moveSlots(from, to, 300);
        done.set(true);
        assertThat(load.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(1_000);
        writer.join();

        assertThat(keys).anyMatch(key -> moved.contains(RedisCluster.slotOf(key)));
        acknowledged.forEach((key, count) ->
                assertThat(cluster.masterOf(key).ask("GET", key)).isEqualTo(Long.toString(count)));
    }

    @Test
    void moveSlots_keysThatAreNoText_goAlong() throws IOException {
        ClusterNode owner = cluster.masterOf("{bytes}");
        ClusterNode to = otherThan(owner);
        String key = "{bytes}\u00ff\u0000\u0080\r\n";
        try (RespConnection connection = owner.server().connect(LONG).charset(StandardCharsets.ISO_8859_1)) {
            connection.ask("SET", key, "\u00fe");
        }

        cluster.beginMigration(RedisCluster.slotOf("{bytes}"), to).finish();

        try (RespConnection connection = to.server().connect(LONG).charset(StandardCharsets.ISO_8859_1)) {
            assertThat(connection.ask("GET", key)).isEqualTo("\u00fe");
        }
    }

    @Test
    void moveSlots_moreThanThereAre_isRefused() {
        ClusterNode from = cluster.masters().get(0);

        assertThatThrownBy(() -> cluster.moveSlots(from, cluster.masters().get(1), 16_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16000 slots can't move");
        assertThatThrownBy(() -> cluster.moveSlots(from, from, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cluster.moveSlots(from, cluster.replicas().get(0), 1))
                .hasMessageContaining("is no master");
    }

    @Test
    void beginMigration_heldHalfWay_answersAskAndTryAgain() {
        ClusterNode from = cluster.masterOf("{held}");
        ClusterNode to = otherThan(from);
        for (int key = 0; key < 10; key++) {
            from.ask("SET", "{held}" + key, "v" + key);
        }

        SlotMigration migration = cluster.beginMigration(RedisCluster.slotOf("{held}"), to);
        assertThat(migration.moveKeys(4)).isEqualTo(4);

        assertThat(from.ask("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(migration.slot())))
                .isEqualTo(6L);
        assertThatThrownBy(() -> from.ask("GET", "{held}absent"))
                .hasMessage("ASK %d %s", migration.slot(), to.address());
        assertThatThrownBy(() -> from.ask(
                        "MGET", "{held}0", "{held}1", "{held}2", "{held}3", "{held}4", "{held}5", "{held}6", "{held}7",
                        "{held}8", "{held}9"))
                .hasMessageStartingWith("TRYAGAIN");
        assertThat(cluster.masterOf(migration.slot())).isSameAs(from);
        assertThat(migration.moveKeys()).isEqualTo(6);
        assertThat(migration.moveKeys()).isZero();

        migration.finish();

        assertThat(cluster.masterOf(migration.slot())).isSameAs(to);
        assertThat(to.ask("MGET", "{held}0", "{held}9")).isEqualTo(List.of("v0", "v9"));
    }

    @Test
    void failOver_replica_takesOverAndKeepsTheData() {
        ClusterNode master = cluster.masterOf("kept");
        ClusterNode replica = cluster.replicasOf(master).get(0);
        master.ask("SET", "kept", "yes");

        ClusterFailover failover = cluster.failOver(replica);

        assertThat(failover.former()).isSameAs(master);
        assertThat(failover.successor()).isSameAs(replica);
        assertThat(failover.took()).isPositive().isLessThanOrEqualTo(failover.agreed());
        assertThat(cluster.masterOf("kept")).isSameAs(replica);
        assertThat(replica.ask("GET", "kept")).isEqualTo("yes");
        assertThat(cluster.replicasOf(replica)).containsExactly(master);
        assertThatThrownBy(() -> cluster.failOver(replica))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no replica");
    }

    @Test
    void kill_master_isReplacedInTheClustersOwnTimeAndComesBackAsAReplica() {
        ClusterNode master = cluster.masterOf("survives");
        ClusterNode replica = cluster.replicasOf(master).get(0);
        master.ask("SET", "survives", "yes");
        master.ask("WAIT", "1", "5000");

        master.kill();
        assertThat(cluster.masterOf("survives")).isSameAs(master);
        ClusterFailover failover = cluster.awaitFailover(master);

        assertThat(failover.successor()).isSameAs(replica);
        // The node timeout passes before anybody looks for a successor.
        assertThat(failover.took()).isBetween(Duration.ofMillis(900), LONG);
        assertThat(failover.agreed()).isGreaterThanOrEqualTo(failover.took());
        assertThat(cluster.masters()).contains(replica).doesNotContain(master);
        assertThat(replica.ask("GET", "survives")).isEqualTo("yes");

        master.restart();
        cluster.awaitSettled();
        assertThat(cluster.replicasOf(replica)).containsExactly(master);
    }

    @Test
    void awaitSettled_slotAMasterHasForgotten_isItsOwnAgain() {
        ClusterNode master = cluster.masterOf("forgotten");
        master.ask("SET", "forgotten", "yes");

        master.ask("CLUSTER", "DELSLOTS", Integer.toString(RedisCluster.slotOf("forgotten")));
        assertThatThrownBy(() -> master.ask("GET", "forgotten")).hasMessageStartingWith("CLUSTERDOWN");
        cluster.awaitSettled();

        assertThat(cluster.masterOf("forgotten")).isSameAs(master);
        assertThat(master.ask("GET", "forgotten")).isEqualTo("yes");
    }

    @Test
    void pause_master_isReplacedAndJoinsAgainAfterResume() {
        ClusterNode master = cluster.masters().get(0);

        master.pause();
        ClusterFailover failover = cluster.awaitFailover(master);
        assertThat(master.isUp()).isFalse();
        master.resume();
        cluster.awaitSettled();

        assertThat(cluster.replicasOf(failover.successor())).containsExactly(master);
    }

    @Test
    void awaitFailover_ofAReplica_isRefused() {
        ClusterNode replica = cluster.replicas().get(0);

        assertThatThrownBy(() -> cluster.awaitFailover(replica))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("had no slots");
    }

    @Test
    void awaitFailover_thatDoesNotCome_saysWhatIsMissing() {
        ClusterNode master = cluster.masters().get(0);

        assertThatThrownBy(() -> cluster.awaitFailover(master, Duration.ofMillis(50)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("nobody took over");
    }

    @Test
    void addMaster_thenReplica_takeSlotsAndLeaveAgain() {
        ClusterNode added = cluster.addMaster();
        ClusterNode replica = cluster.addReplica(added);
        assertThat(added.slots()).isEmpty();
        assertThat(cluster.masters()).hasSize(4).contains(added);
        assertThat(cluster.replicasOf(added)).containsExactly(replica);

        ClusterNode giver = cluster.masters().get(0);
        Map<String, Integer> keys = keysOf(giver, "value-", 200);
        keys.keySet().forEach(key -> giver.ask("SET", key, key));
        cluster.moveSlots(giver, added, 300);
        cluster.remove(added);
        cluster.remove(replica);

        assertThat(cluster.nodes()).hasSize(6).doesNotContain(added, replica);
        assertThat(added.isUp()).isFalse();
        keys.keySet()
                .forEach(
                        key -> assertThat(cluster.masterOf(key).ask("GET", key)).isEqualTo(key));
        assertThatThrownBy(() -> cluster.remove(added)).hasMessageContaining("is none of this cluster");
    }

    private static ClusterNode otherThan(ClusterNode node) {
        return cluster.masters().stream()
                .filter(master -> master != node)
                .findFirst()
                .orElseThrow();
    }

    /** So many keys that a master serves, with their slots. */
    private static Map<String, Integer> keysOf(ClusterNode master, String prefix, int count) {
        List<Integer> slots = master.slots();
        Map<String, Integer> keys = new TreeMap<>();
        for (int number = 0; keys.size() < count; number++) {
            String key = prefix + number;
            if (slots.contains(RedisCluster.slotOf(key))) {
                keys.put(key, RedisCluster.slotOf(key));
            }
        }
        return keys;
    }
}
