package dev.millrace.topology;

import static dev.millrace.command.Keys.scan;
import static dev.millrace.command.Keys.scanBytes;
import static dev.millrace.command.Sets.sadd;
import static dev.millrace.command.Sets.sscan;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.mset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.ScanOptions;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans go through every master, also while masters and slots change places. */
@NoLeakedThreads
class ClusterScanIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final int KEYS = 3_000;
    private static final ScanOptions SMALL_PAGES = ScanOptions.ofDefaults().counting(10);
    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void empty() {
        cluster.awaitSettled();
        cluster.masters().forEach(node -> node.ask("FLUSHALL"));
    }

    private static Millrace connect(Duration timeout, int protocol) {
        return Millrace.connect(MillraceOptions.cluster(cluster.seeds().toArray(String[]::new))
                .commandTimeout(timeout)
                .protocol(protocol)
                .build());
    }

    private static Set<String> fill(Millrace redis) {
        Map<String, String> values = new HashMap<>();
        IntStream.range(0, KEYS).forEach(i -> values.put("key-" + i, "v"));
        redis.run(mset(values));
        return values.keySet();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void scan_atRest_seesEachKeyOfEveryMaster(int protocol) {
        try (Millrace redis = connect(PATIENT, protocol)) {
            Set<String> wanted = fill(redis);
            Iterable<String> all = redis.scan(scan(ScanOptions.ofDefaults().counting(500)));
            for (int pass = 0; pass < 2; pass++) {
                Set<String> seen = new HashSet<>();
                int count = 0;
                for (String key : all) {
                    seen.add(key);
                    count++;
                }
                assertThat(seen).isEqualTo(wanted);
                assertThat(count).isEqualTo(KEYS);
            }
            List<byte[]> some = new ArrayList<>();
            redis.scan(scanBytes(ScanOptions.ofDefaults().matching("key-7?"))).forEach(some::add);
            assertThat(some).hasSize(10);
            assertThat(redis.routing().redirects()).isZero();
        }
    }

    @Test
    void scan_emptyCluster_isEmpty() {
        try (Millrace redis = connect(PATIENT, 3)) {
            Iterator<String> none = redis.scan(scan()).iterator();
            assertThat(none.hasNext()).isFalse();
            assertThat(none.hasNext()).isFalse();
            assertThatThrownBy(none::next).isInstanceOf(java.util.NoSuchElementException.class);
        }
    }

    @Test
    void scan_ofOneKey_goesToItsMaster() {
        try (Millrace redis = connect(PATIENT, 3)) {
            for (String name : ClusterKeys.ofEach(cluster, "set")) {
                String[] members =
                        IntStream.range(0, 1_000).mapToObj(i -> name + i).toArray(String[]::new);
                redis.run(sadd(name, members));
                Set<String> seen = new HashSet<>();
                redis.scan(sscan(name, SMALL_PAGES)).forEach(seen::add);
                assertThat(seen).containsExactlyInAnyOrder(members);
            }
            assertThat(redis.routing().redirects()).isZero();
        }
    }

    @Test
    void scan_whileSlotsMoveBehindIt_seesEachKey() {
        try (Millrace redis = connect(PATIENT, 3)) {
            Set<String> wanted = fill(redis);
            List<ClusterNode> masters = cluster.masters();
            Set<String> seen = new HashSet<>();
            int taken = 0;
            for (String key : redis.scan(scan(SMALL_PAGES))) {
                seen.add(key);
                if (++taken == KEYS / 2) {
                    // From one whose turn may be yet to come to one whose turn may be over, and the other way round.
                    for (int i = 2; i >= 0; i--) { // so that none moves twice
                        cluster.moveSlots(masters.get(i), masters.get((i + 1) % 3), 60);
                    }
                    long looks = redis.routing().refreshes();
                    wanted.forEach(name -> redis.start(get(name)));
                    Await.until(PATIENT, () -> redis.routing().refreshes() > looks, "MOVED led to a look");
                }
            }
            assertThat(seen).isEqualTo(wanted);
        }
    }

    @Test
    void scan_masterFailsOver_beginsItsPartAnewAndSeesEachKey() {
        try (Millrace redis = connect(Duration.ofSeconds(20), 3)) {
            Set<String> wanted = fill(redis);
            cluster.masters()
                    .forEach(master -> Await.until(
                            PATIENT,
                            () -> Long.valueOf(1).equals(master.ask("WAIT", "1", "100")),
                            () -> "the replica of " + master + " follows it"));
            List<ClusterNode> masters = cluster.masters();
            Set<String> seen = new HashSet<>();
            boolean killed = false;
            for (String key : redis.scan(scan(SMALL_PAGES))) {
                seen.add(key);
                if (!killed && seen.size() == KEYS / 2) {
                    killed = true;
                    cluster.masterOf(key).kill();
                }
            }
            assertThat(seen).isEqualTo(wanted);
            assertThat(cluster.masters()).isNotEqualTo(masters);
            cluster.nodes().stream().filter(node -> !node.isUp()).forEach(ClusterNode::restart);
        }
    }

    @Test
    void scan_masterIsGoneForGood_failsByTheDeadlineOfThePage() {
        ClusterNode gone = cluster.masters().getFirst();
        ClusterNode replica = cluster.replicasOf(gone).getFirst();
        try (Millrace redis = connect(Duration.ofSeconds(1), 3)) {
            fill(redis);
            replica.kill();
            gone.kill();
            long began = System.nanoTime();
            assertThatThrownBy(() -> redis.scan(scan()).forEach(key -> {}))
                    .isInstanceOfAny(NotSent.class, OutcomeUnknown.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        } finally {
            gone.restart();
            replica.restart();
        }
    }
}
