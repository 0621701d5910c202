package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.command.Strings;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import dev.millrace.testkit.cluster.SlotMigration;
import dev.millrace.testkit.sentinel.SentinelTrio;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * The checker of {@link CoherenceIT} where the server that tells of changes is replaced by another: failovers, and slots
 * that move. Writes rest while a failover is demanded and are all at the replicas by then: what a failover loses is no
 * matter of the cache.
 */
@NoLeakedThreads
class CoherenceFailoverIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private record Scene(CoherenceLedger ledger, VersionWriter writer) {
        void awaitWrites(int more) {
            long before = writer.written();
            Await.until(SOON, () -> writer.written() >= before + more, () -> more + " more writes");
        }

        /** Memory is served by everyone, with what is written from now on. */
        void awaitReaders() {
            long now = System.nanoTime();
            for (String client : List.of("one", "two")) {
                for (CacheReader.Way way : CacheReader.Way.values()) {
                    if (way != CacheReader.Way.WRITING) {
                        String reader = client + "-" + way;
                        Await.until(SOON, () -> ledger.lastReadOf(reader) - now > 0, () -> reader + " reads again");
                    }
                }
            }
        }
    }

    private static void underLoad(CacheSetup setup, TestReporter reporter, String what, Consumer<Scene> fault) {
        CoherenceLedger ledger = new CoherenceLedger();
        try (Millrace direct = setup.connect();
                Millrace one = setup.connect();
                Millrace two = setup.connect();
                Cache<String, String> first = one.cache(setup.cache().build());
                Cache<String, String> second = two.cache(setup.cache().build());
                VersionWriter writer = new VersionWriter(direct, CacheSetup.PREFIX, setup.keyNames(), ledger)) {
            Scene scene = new Scene(ledger, writer);
            scene.awaitWrites(2 * setup.keys());
            List<CacheReader> readers = new ArrayList<>();
            readers.addAll(CacheReader.ofEveryWay("one", first, setup, ledger::take));
            readers.addAll(CacheReader.ofEveryWay("two", second, setup, ledger::take));
            try {
                scene.awaitReaders();
                fault.accept(scene);
                scene.awaitReaders();
                scene.awaitWrites(100);
            } finally {
                readers.forEach(CacheReader::close);
            }
        }
        reporter.publishEntry(
                what,
                ledger.size() + " different answers, the oldest "
                        + ledger.oldest().toMillis() + " ms old");
        assertThat(ledger.complaints(setup.freshness(), false)).isEmpty();
    }

    private static CacheSetup sentinel(SentinelTrio trio) {
        List<String> servers = new ArrayList<>(List.of(trio.masterName()));
        servers.addAll(trio.sentinelSeeds());
        return new CacheSetup("sentinel", servers, 3, Duration.ofMillis(1_000), 8, false, false);
    }

    /** Nothing is written that a replica does not have. */
    private static void rest(Scene scene, RedisServer master) {
        scene.writer.hold();
        Await.until(SOON, scene.writer::isResting, "the writer rests");
        long written = offset(master.info("replication").get("master_repl_offset"));
        Await.until(
                SOON,
                () -> Stream.of("slave0", "slave1")
                        .map(replica -> master.info("replication").getOrDefault(replica, ""))
                        .allMatch(said -> said.contains("state=online")
                                && offset(said.replaceFirst(".*\\boffset=(\\d+).*", "$1")) >= written),
                () -> "both replicas have " + written + ": " + master.info("replication"));
    }

    private static long offset(@Nullable String digits) {
        return Long.parseLong(Objects.requireNonNull(digits, "the server says no offset"));
    }

    @Test
    void served_sentinelFailover_isNeverOlderThanTheBound(TestReporter reporter) {
        try (SentinelTrio trio = SentinelTrio.start()) {
            underLoad(sentinel(trio), reporter, "SENTINEL FAILOVER", scene -> {
                rest(scene, trio.master());
                trio.failOver();
                scene.writer.goOn();
            });
        }
    }

    @Test
    void served_masterIsKilled_isNeverOlderThanTheBound(TestReporter reporter) {
        try (SentinelTrio trio = SentinelTrio.start()) {
            underLoad(sentinel(trio), reporter, "a killed master", scene -> {
                rest(scene, trio.master());
                trio.awaitFailover(trio.killMaster());
                scene.writer.goOn();
            });
        }
    }

    /**
     * Keys that move are announced as deleted; what is not there, and comes to be at the new owner, is announced by
     * nobody: there the loss of the slot has to end what is known. Control of that step too, for memory would believe
     * "there is none" for an hour.
     */
    @Test
    void served_slotsMoveWithAndWithoutKeys_isNeverOlderThanTheBound(TestReporter reporter) {
        try (RedisCluster cluster = RedisCluster.start();
                Millrace absentees = clustered(cluster).connect();
                Millrace direct = clustered(cluster).connect();
                Cache<String, String> cache =
                        absentees.cache(clustered(cluster).cache().build())) {
            underLoad(clustered(cluster), reporter, "slots that move", scene -> {
                String absent = "absent";
                assertThat(cache.get(absent)).isNull();
                int slot = RedisCluster.slotOf(CacheSetup.PREFIX + absent);
                move(cluster, slot);
                direct.run(Strings.set(CacheSetup.PREFIX + absent, "came to be"));
                Duration within = clustered(cluster).freshness();
                Await.until(within, () -> cache.get(absent) != null, "what came to be at the new owner is seen");
                for (int i = 0; i < 3; i++) {
                    move(cluster, RedisCluster.slotOf(CacheSetup.PREFIX + "k" + i));
                    scene.awaitWrites(50);
                }
            });
        }
    }

    private static CacheSetup clustered(RedisCluster cluster) {
        return new CacheSetup("cluster", cluster.seeds(), 3, Duration.ofMillis(1_000), 8, true, false);
    }

    private static void move(RedisCluster cluster, int slot) {
        ClusterNode owner = cluster.masterOf(slot);
        ClusterNode next = cluster.masters().stream()
                .filter(master -> !master.equals(owner))
                .findFirst()
                .orElseThrow();
        SlotMigration migration = cluster.beginMigration(slot, next);
        int unused = migration.moveKeys();
        migration.finish();
    }
}
