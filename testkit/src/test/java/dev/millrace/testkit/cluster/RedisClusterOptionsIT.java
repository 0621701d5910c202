package dev.millrace.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.ErrorReplyException;
import dev.millrace.testkit.FreePorts;
import dev.millrace.testkit.ServerStartException;
import dev.millrace.testkit.TlsMaterial;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a cluster can be told at its start; each test starts its own. */
class RedisClusterOptionsIT {

    @Test
    void proxies_on_areWhatTheClusterAnnounces() {
        try (RedisCluster cluster = RedisCluster.builder().proxies().start()) {
            ClusterNode owner = cluster.masterOf("key");
            ClusterNode other = cluster.masters().stream()
                    .filter(master -> master != owner)
                    .findFirst()
                    .orElseThrow();

            assertThat(owner.port())
                    .isEqualTo(owner.proxy().port())
                    .isNotEqualTo(owner.server().port());
            assertThatThrownBy(() -> other.ask("GET", "key"))
                    .hasMessage(
                            "MOVED %d 127.0.0.1:%d",
                            RedisCluster.slotOf("key"), owner.proxy().port());
            owner.ask("SET", "key", "value");
            cluster.beginMigration(RedisCluster.slotOf("key"), other).finish();
            assertThat(other.ask("GET", "key")).isEqualTo("value");
        }
    }

    @Test
    void password_andUsers_areUsedAmongTheNodes() {
        try (RedisCluster cluster = RedisCluster.builder()
                .user("default", "off")
                .user("kit", "on", ">kit-wörd \"1\"", "~*", "&*", "+@all")
                .askAs("kit", "kit-wörd \"1\"")
                .replicasPerMaster(1)
                .masters(2)
                .start()) {
            ClusterNode from = cluster.masters().get(0);
            ClusterNode to = cluster.masters().get(1);
            ClusterNode owner = cluster.masterOf("key");
            owner.ask("SET", "key", "v");
            assertThat(owner.ask("WAIT", "1", "5000")).isEqualTo(1L);
            cluster.beginMigration(RedisCluster.slotOf("key"), owner == from ? to : from)
                    .finish();
            assertThat(cluster.masterOf("key")).isNotSameAs(owner);
            assertThat(cluster.masterOf("key").ask("GET", "key")).isEqualTo("v");
            assertThat(owner.server().log()).doesNotContain("kit-w");
        }
    }

    @Test
    void tls_on_isSpokenAmongTheNodesAndAnnounced() throws IOException {
        try (TlsMaterial tls = TlsMaterial.create();
                RedisCluster cluster = RedisCluster.builder()
                        .tls(tls)
                        .tlsClientAuthentication()
                        .password("secret")
                        .start()) {
            ClusterNode from = cluster.masters().get(0);
            ClusterNode to = cluster.masters().get(1);
            assertThat(from.url())
                    .isEqualTo("rediss://127.0.0.1:" + from.server().tlsPort());
            // Whoever asks without TLS is told the ports without.
            assertThat(String.valueOf(from.ask("CLUSTER", "NODES")))
                    .contains("127.0.0.1:%d@%d"
                            .formatted(to.server().port(), to.server().tlsPort() + FreePorts.BUS_OFFSET));
            assertThat(askByTls(from, tls, "CLUSTER NODES"))
                    .contains("127.0.0.1:%d@%d"
                            .formatted(to.server().tlsPort(), to.server().tlsPort() + FreePorts.BUS_OFFSET));

            ClusterNode owner = cluster.masterOf("key");
            owner.ask("SET", "key", "v");
            ClusterNode receiver = owner == from ? to : from;
            cluster.beginMigration(RedisCluster.slotOf("key"), receiver).finish();
            cluster.failOver(cluster.replicasOf(receiver).get(0));

            assertThat(cluster.masterOf("key").ask("GET", "key")).isEqualTo("v");
        }
    }

    @Test
    void hostnames_given_areAnnounced() {
        try (RedisCluster cluster = RedisCluster.builder()
                .hostnames(number -> "node-%d.example".formatted(number))
                .replicasPerMaster(0)
                .nodeTimeout(Duration.ofMillis(800))
                .config("maxmemory", "50mb")
                .start()) {
            ClusterNode owner = cluster.masterOf("key");
            ClusterNode other = cluster.masters().stream()
                    .filter(master -> master != owner)
                    .findFirst()
                    .orElseThrow();

            assertThatThrownBy(() -> other.ask("GET", "key"))
                    .isInstanceOf(ErrorReplyException.class)
                    .hasMessage(
                            "MOVED %d node-%d.example:%d", RedisCluster.slotOf("key"), owner.number(), owner.port());
            assertThat(owner.ask("CONFIG", "GET", "maxmemory")).isEqualTo(List.of("maxmemory", "52428800"));
            assertThat(owner.ask("CONFIG", "GET", "cluster-node-timeout"))
                    .isEqualTo(List.of("cluster-node-timeout", "800"));
            assertThatThrownBy(owner::proxy).hasMessageContaining("proxies()");
        }
    }

    @Test
    void builder_badOptions_areRefusedWhenGiven() {
        RedisClusterBuilder builder = RedisCluster.builder();

        assertThatThrownBy(() -> builder.config("cluster-node-timeout", "5"))
                .hasMessageContaining("nodeTimeout(Duration)");
        assertThatThrownBy(() -> builder.config("requirepass", "hidden")).hasMessageContaining("password(String)");
        assertThatThrownBy(() -> builder.masters(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.replicasPerMaster(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.nodeTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.deadline(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void start_thatCannotBe_saysWhyAndLeavesNothingRunning() {
        RedisClusterBuilder missing = RedisCluster.builder().binary(Path.of("/no/such/redis-server"));
        assertThatThrownBy(missing::start)
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("/no/such/redis-server");

        long before = ProcessHandle.current().descendants().count();
        RedisClusterBuilder hurried = RedisCluster.builder().deadline(Duration.ofMillis(900));
        assertThatThrownBy(hurried::start)
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("no cluster came of it: not within")
                .hasMessageContaining("cluster_state:fail");
        Await.until(
                Duration.ofSeconds(10),
                () -> ProcessHandle.current().descendants().count() <= before,
                "servers are left behind");
    }

    private static String askByTls(ClusterNode node, TlsMaterial tls, String question) throws IOException {
        try (Socket socket = tls.clientContextWithCertificate()
                .getSocketFactory()
                .createSocket("127.0.0.1", node.server().tlsPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write("AUTH secret\r\n%s\r\nQUIT\r\n".formatted(question).getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
