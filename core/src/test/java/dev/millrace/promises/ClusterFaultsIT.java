package dev.millrace.promises;

import static dev.millrace.command.Strings.mget;
import static dev.millrace.command.Strings.mset;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.cluster.ClusterFailover;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import dev.millrace.topology.ReadPolicy;
import dev.millrace.topology.Refresh;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A hundred callers while a cluster loses masters, changes them, moves slots and nodes: every call ends by its deadline,
 * no reply is mixed up, nothing runs twice, and reads come back soon after the cluster itself has.
 */
@NoLeakedThreads
class ClusterFaultsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration CALL = Duration.ofSeconds(1);
    private static final Refresh REFRESH = Refresh.ofDefaults();
    private static final int CALLERS = 100;
    private static final Comparator<ClusterNode> BY_SLOTS =
            Comparator.comparingInt(master -> master.slots().size());
    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.builder().deadline(DEADLINE).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** Everything a fault may turn against. */
    record Scene(Millrace redis, Load load, ClusterNode victim, ReadBack reads) {
        void awaitCalls(int more) {
            long before = load.tally().of(Tally.End.VALUE);
            Await.until(
                    DEADLINE,
                    () -> load.tally().of(Tally.End.VALUE) >= before + more,
                    () -> more + " more calls that end in a value: " + load);
        }

        /** A master went at this moment: its replica takes over, and then reads come back. */
        Duration awaitReplaced(long since) {
            ClusterFailover failover = cluster.awaitFailover(victim);
            reads.awaitSince(since, failover.took().multipliedBy(2));
            return failover.took();
        }
    }

    enum Fault {
        MASTER_KILLED(true, ReadPolicy.MASTER) {
            @Override
            void strike(Scene scene) {
                scene.victim.kill();
                long now = System.nanoTime();
                Duration unused = scene.awaitReplaced(now);
                scene.awaitCalls(2_000);
                scene.victim.restart();
            }
        },
        MASTER_FROZEN(true, ReadPolicy.MASTER) {
            @Override
            void strike(Scene scene) {
                scene.victim.pause();
                long now = System.nanoTime();
                Duration unused = scene.awaitReplaced(now);
                scene.awaitCalls(2_000);
                scene.victim.resume();
            }
        },
        FAILED_OVER(false, ReadPolicy.MASTER) {
            @Override
            void strike(Scene scene) {
                ClusterFailover failover =
                        cluster.failOver(cluster.replicasOf(scene.victim).getFirst());
                // The cluster itself is quick here; what the client may need beside is one gate.
                scene.reads.awaitSince(
                        System.nanoTime(), failover.agreed().multipliedBy(2).plus(REFRESH.gate()));
            }
        },
        RESHARDED(false, ReadPolicy.MASTER) {
            @Override
            void strike(Scene scene) {
                Map<String, String> values = new HashMap<>();
                IntStream.range(0, 5_000).forEach(i -> values.put("kept:" + i, "value " + i));
                scene.redis.run(mset(values), DEADLINE);
                assertThat(cluster.moveSlots(richest(), poorest(), 1_000)).hasSize(1_000);
                assertThat(scene.redis.run(mget(values.keySet()), DEADLINE)).isEqualTo(List.copyOf(values.values()));
            }
        },
        REPLICA_FROZEN(true, ReadPolicy.ANY) {
            @Override
            void strike(Scene scene) {
                ClusterNode replica = cluster.replicasOf(scene.victim).getFirst();
                replica.pause();
                try {
                    scene.awaitCalls(5_000);
                    // Each read that goes to it costs time; none goes there once it has not answered for a while.
                    scene.reads.awaitSteady(Duration.ofSeconds(2), Duration.ofSeconds(10));
                    scene.awaitCalls(5_000);
                } finally {
                    replica.resume();
                }
            }
        },
        NODE_ADDED_AND_REMOVED(false, ReadPolicy.MASTER) {
            @Override
            void strike(Scene scene) {
                ClusterNode added = cluster.addMaster();
                cluster.moveSlots(richest(), added, 200);
                scene.awaitCalls(2_000);
                cluster.remove(added);
            }
        };

        private final boolean stale;
        private final ReadPolicy policy;

        Fault(boolean stale, ReadPolicy policy) {
            this.stale = stale;
            this.policy = policy;
        }

        /** Happens, and is over on return. */
        abstract void strike(Scene scene);

        boolean mayLose() {
            return stale && policy == ReadPolicy.MASTER;
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void calls_underLoadAndFault_endInTimeAndAddUp(Fault fault, TestReporter reporter) {
        strikeUnderLoad(fault, reporter);
    }

    private static void strikeUnderLoad(Fault fault, TestReporter reporter) {
        empty();
        ClusterNode victim = cluster.masters().getFirst();
        Ledger ledger = new Ledger();
        long asked = looksAtServers();
        long looks;
        try (Hiccups hiccups = new Hiccups();
                Millrace redis = connect(fault.policy);
                ReadBack reads = new ReadBack(redis, victim, CALL)) {
            long began = System.nanoTime();
            Load load = new ClusterLoad(redis, CALL, ledger, fault.stale).start(CALLERS, Thread.ofVirtual());
            Scene scene = new Scene(redis, load, victim, reads);
            try {
                scene.awaitCalls(3_000);
                fault.strike(scene);
                scene.awaitCalls(3_000);
            } finally {
                load.stop();
                if (!victim.isUp()) {
                    victim.restart();
                }
            }
            looks = redis.routing().refreshes();
            reporter.publishEntry(
                    fault.name(),
                    load + "; reads back " + reads + "; " + redis.routing() + "; hiccups " + hiccups.longestMillis()
                            + " ms");
            reads.close();
            Await.until(
                    DEADLINE,
                    () -> redis.statistics().inFlight() == 0
                            && redis.statistics().queued() == 0,
                    () -> "counters at zero: " + redis.statistics());
            assertThat(load.complaints(hiccups)).isEmpty();
            assertThat(looks)
                    .isLessThanOrEqualTo(
                            (System.nanoTime() - began) / REFRESH.gate().toNanos() + 2);
        }
        assertThat(looksAtServers() - asked).isLessThanOrEqualTo(3 * looks);
        cluster.awaitSettled();
        try (Millrace redis = connect(ReadPolicy.MASTER)) {
            long lost = ledger.lost(command -> redis.run(command));
            reporter.publishEntry(fault + ": acknowledged writes that the failover lost", String.valueOf(lost));
            if (!fault.mayLose()) {
                assertThat(lost).isZero();
            }
        }
    }

    private static ClusterNode richest() {
        return Collections.max(cluster.masters(), BY_SLOTS);
    }

    private static ClusterNode poorest() {
        return Collections.min(cluster.masters(), BY_SLOTS);
    }

    /** Everywhere: a replica that has just joined again may say that it is in sync, and not have begun. */
    private static void empty() {
        cluster.awaitSettled();
        for (ClusterNode master : cluster.masters()) {
            master.ask("FLUSHALL");
            Await.until(
                    DEADLINE,
                    () -> cluster.replicasOf(master).stream()
                            .allMatch(replica -> Long.valueOf(0).equals(replica.ask("DBSIZE"))
                                    && offset(replica).equals(offset(master))),
                    () -> "the replicas of " + master + " follow it");
        }
    }

    private static String offset(ClusterNode node) {
        return node.info("replication").getOrDefault("master_repl_offset", "");
    }

    /** Of those that are up; counts go with a process that ends. */
    private static long looksAtServers() {
        return cluster.nodes().stream()
                .filter(ClusterNode::isUp)
                .mapToLong(node -> node.calls("cluster|slots"))
                .sum();
    }

    private static Millrace connect(ReadPolicy policy) {
        return Millrace.connect(MillraceOptions.cluster(cluster.seeds().toArray(String[]::new))
                .replicaReads(policy)
                .refresh(REFRESH)
                .commandTimeout(CALL)
                .build());
    }

    /** A caller with the default deadline, and alone: nobody's failures tell the client that something is wrong. */
    @Test
    void reads_ofALoneCaller_comeBackWhenAMasterIsFrozen(TestReporter reporter) {
        cluster.awaitSettled();
        ClusterNode victim = cluster.masters().getFirst();
        try (Millrace redis =
                        Millrace.connect(MillraceOptions.cluster(cluster.seeds().toArray(String[]::new))
                                .build());
                ReadBack reads = new ReadBack(redis, victim, Duration.ofSeconds(5))) {
            victim.pause();
            long now = System.nanoTime();
            try {
                ClusterFailover failover = cluster.awaitFailover(victim);
                reads.awaitSince(now, failover.took().multipliedBy(2));
                reporter.publishEntry("alone", failover.took() + ", " + reads);
            } finally {
                victim.resume();
            }
        }
    }

    @Test
    @Tag("stress")
    void calls_underLoadAndManyFaults_endInTimeAndAddUp(TestReporter reporter) {
        for (int round = 0; round < Integer.getInteger("millrace.clusterfaults.rounds", 10); round++) {
            for (Fault fault : Fault.values()) {
                strikeUnderLoad(fault, reporter);
            }
        }
    }
}
