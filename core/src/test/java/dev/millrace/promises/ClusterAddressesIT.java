package dev.millrace.promises;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.NotSent;
import dev.millrace.resilience.Reconnection;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import dev.millrace.topology.Refresh;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Nodes that are known by names, whose addresses change, and seeds that go one after the other. */
@NoLeakedThreads
class ClusterAddressesIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration CALL = Duration.ofSeconds(1);
    private static final String FIRST = "127.0.0.1";
    private static final String SECOND = "127.0.0.2";
    private static final String NOBODY = "127.0.0.3";
    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.builder().hostnames(ClusterAddressesIT::name).start();
        cluster.nodes().forEach(node -> node.ask("CONFIG", "SET", "bind", FIRST + " " + SECOND));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void settle() throws UnknownHostException {
        cluster.nodes().stream().filter(node -> !node.isUp()).forEach(ClusterNode::restart);
        cluster.awaitSettled();
        cluster.masters().forEach(master -> master.ask("FLUSHALL"));
        moveAll(FIRST);
    }

    private static String name(int number) {
        return "node-" + number + ".moving.test";
    }

    private static void moveAll(String address) throws UnknownHostException {
        MovingNames.move("seed.moving.test", address);
        for (ClusterNode node : cluster.nodes()) {
            MovingNames.move(name(node.number()), address);
        }
    }

    private static MillraceOptions.Builder options(String... seeds) {
        return MillraceOptions.cluster(seeds)
                .clientName("moving")
                .refresh(new Refresh(Duration.ofSeconds(2), Duration.ofMillis(200)))
                .commandTimeout(CALL);
    }

    private static String seed() {
        return "seed.moving.test:" + cluster.nodes().getFirst().port();
    }

    private static List<String> connections() {
        return cluster.nodes().stream()
                .filter(ClusterNode::isUp)
                .flatMap(node -> String.valueOf(node.ask("CLIENT", "LIST")).lines())
                .filter(line -> line.contains("name=moving"))
                .toList();
    }

    @Test
    void run_namesChangeTheirAddress_connectionsAreMadeToTheNewOne(TestReporter reporter) throws UnknownHostException {
        Ledger ledger = new Ledger();
        try (Hiccups hiccups = new Hiccups();
                Millrace redis = Millrace.connect(options(seed()).build())) {
            Load load = new ClusterLoad(redis, CALL, ledger, false).start(100, Thread.ofVirtual());
            try {
                awaitCalls(load, 3_000);
                assertThat(connections()).isNotEmpty().allMatch(line -> line.contains("laddr=" + FIRST));
                moveAll(SECOND);
                cluster.nodes().forEach(node -> node.ask("CLIENT", "KILL", "LADDR", FIRST + ":" + node.port()));
                Await.until(
                        DEADLINE,
                        () -> connections().size() >= 3
                                && connections().stream().allMatch(line -> line.contains("laddr=" + SECOND)),
                        () -> "all at the new addresses: " + connections());
                awaitCalls(load, 3_000);
            } finally {
                load.stop();
            }
            reporter.publishEntry("names", load + "; " + redis.routing());
            Await.until(
                    DEADLINE,
                    () -> redis.statistics().inFlight() == 0
                            && redis.statistics().queued() == 0,
                    () -> "counters at zero: " + redis.statistics());
            assertThat(load.complaints(hiccups)).isEmpty();
            assertThat(ledger.lost(command -> redis.run(command))).isZero();
        }
    }

    private static void awaitCalls(Load load, int more) {
        long before = load.tally().of(Tally.End.VALUE);
        Await.until(DEADLINE, () -> load.tally().of(Tally.End.VALUE) >= before + more, () -> "more calls: " + load);
    }

    @Test
    void run_seedsNameLeadsNowhereAtFirst_isFoundOnceItLeadsThere() throws UnknownHostException {
        MovingNames.move("seed.moving.test", NOBODY);
        try (Millrace redis = Millrace.connect(options(seed(), "unknown.moving.test:6379")
                .reconnection(new Reconnection(Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofMillis(300)))
                .build())) {
            assertThatThrownBy(() -> redis.run(get("key")))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining("was not found");
            MovingNames.move("seed.moving.test", FIRST);
            Await.until(DEADLINE, () -> isThere(redis), "the cluster is found");
        }
    }

    private static boolean isThere(Millrace redis) {
        try {
            return redis.run(incr("there")) != null;
        } catch (NotSent e) {
            return false;
        }
    }

    @Test
    void run_allSeedsButOneGo_goesOnAndBeginsAnew() {
        List<ClusterNode> replicas = cluster.replicas();
        String[] seeds = {
            name(replicas.get(0).number()) + ":" + replicas.get(0).port(),
            name(replicas.get(1).number()) + ":" + replicas.get(1).port(),
            seed()
        };
        Ledger ledger = new Ledger();
        try (Hiccups hiccups = new Hiccups();
                Millrace redis = Millrace.connect(options(seeds).build())) {
            Load load = new ClusterLoad(redis, CALL, ledger, false).start(100, Thread.ofVirtual());
            try {
                awaitCalls(load, 2_000);
                replicas.get(0).kill();
                replicas.get(1).kill();
                long looks = redis.routing().refreshes();
                Await.until(DEADLINE, () -> redis.routing().refreshes() > looks, "looked without them");
                awaitCalls(load, 2_000);
                try (Millrace late = Millrace.connect(options(seeds).build())) {
                    assertThat(late.run(get("key"))).isNull();
                }
            } finally {
                load.stop();
            }
            assertThat(load.complaints(hiccups)).isEmpty();
            assertThat(load.tally().of(Tally.End.VALUE)).isEqualTo(load.tally().total());
            assertThat(ledger.lost(command -> redis.run(command))).isZero();
        }
    }
}
