package dev.millrace.testkit.sentinel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one group can go through, test after test; each leaves it whole. */
class SentinelTrioIT {

    private static final Duration LONG = Duration.ofSeconds(20);

    private static SentinelTrio trio;

    @BeforeAll
    static void startTrio() {
        trio = SentinelTrio.start();
    }

    @AfterAll
    static void closeTrio() {
        trio.close();
    }

    @AfterEach
    void groupIsWhole() {
        trio.awaitSettled();
        assertThat(trio.servers()).hasSize(3).allMatch(SentinelView::isUp);
        assertThat(trio.sentinels()).hasSize(3).allMatch(SentinelView::isUp);
    }

    @Test
    void start_defaults_isAMasterWithTwoReplicasThatThreeSentinelsKnow() {
        RedisServer master = trio.master();
        assertThat(role(master)).isEqualTo("master");
        assertThat(trio.replicas()).hasSize(2).doesNotContain(master).allSatisfy(replica -> {
            assertThat(role(replica)).isEqualTo("slave");
            assertThat(replica.info("replication")).containsEntry("master_port", Integer.toString(master.port()));
        });
        assertThat(trio.masterName()).isEqualTo("main");
        assertThat(trio.sentinels()).allSatisfy(sentinel -> {
            assertThat(sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"))
                    .isEqualTo(List.of("127.0.0.1", Integer.toString(master.port())));
            assertThat(String.valueOf(sentinel.ask("SENTINEL", "CKQUORUM", "main")))
                    .startsWith("OK 3 usable Sentinels");
            assertThat((List<?>) sentinel.ask("SENTINEL", "REPLICAS", "main")).hasSize(2);
        });
        assertThat(trio.sentinelSeeds())
                .containsExactlyElementsOf(trio.sentinels().stream()
                        .map(sentinel -> "127.0.0.1:" + sentinel.port())
                        .toList());
    }

    @Test
    void failOver_asked_makesAReplicaTheMaster() {
        RedisServer former = trio.master();

        SentinelFailover failover = trio.failOver();

        assertThat(failover.former()).isSameAs(former);
        assertThat(failover.successor()).isNotSameAs(former).isSameAs(trio.master());
        assertThat(role(failover.successor())).isEqualTo("master");
        assertThat(failover.took()).isPositive().isLessThanOrEqualTo(failover.agreed());
        trio.awaitSettled();
        assertThat(role(former)).isEqualTo("slave");
    }

    @Test
    void killMaster_thenAwaitFailover_keepsTheDataAndTakesTheOldOneBackAsAReplica() {
        trio.master().ask("SET", "survives", "yes");
        trio.master().ask("WAIT", "2", "5000");

        RedisServer killed = trio.killMaster();
        assertThat(killed.isRunning()).isFalse();
        SentinelFailover failover = trio.awaitFailover(killed);

        // It has to be silent for 1300 ms before anybody looks for a successor.
        assertThat(failover.took()).isBetween(Duration.ofMillis(500), LONG);
        assertThat(failover.successor().ask("GET", "survives")).isEqualTo("yes");
        killed.restart();
        trio.awaitSettled();
        assertThat(trio.replicas()).contains(killed);
        assertThat(killed.ask("GET", "survives")).isEqualTo("yes");
    }

    @Test
    void pauseMaster_thenResume_makesItAReplica() {
        RedisServer paused = trio.pauseMaster();
        SentinelFailover failover = trio.awaitFailover(paused);
        paused.resume();
        trio.awaitSettled();

        assertThat(trio.master()).isSameAs(failover.successor());
        assertThat(role(paused)).isEqualTo("slave");
    }

    @Test
    void sentinelKilled_othersFailOverAndItLearnsTheNewMasterAfterItsRestart() {
        RedisServer sentinel = trio.sentinels().get(0);
        sentinel.kill();

        SentinelFailover failover = trio.failOver();
        sentinel.restart();
        trio.awaitSettled();

        assertThat(sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"))
                .isEqualTo(List.of(
                        "127.0.0.1", Integer.toString(failover.successor().port())));
    }

    @Test
    void sentinelPaused_othersFailOver() {
        RedisServer sentinel = trio.sentinels().get(1);
        sentinel.pause();
        RedisServer killed = trio.killMaster();

        SentinelFailover failover = trio.awaitFailover(killed);
        assertThat(trio.master()).isSameAs(failover.successor());

        sentinel.resume();
        killed.restart();
    }

    @Test
    void awaitFailover_thatDoesNotCome_saysWhatIsMissing() {
        RedisServer master = trio.master();

        assertThatThrownBy(() -> trio.awaitFailover(master, Duration.ofMillis(50)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no Sentinel names another master");
    }

    private static String role(RedisServer server) {
        return server.info("replication").get("role");
    }
}
