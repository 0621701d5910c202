package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import dev.millrace.topology.Deployment;
import dev.millrace.topology.ReadPolicy;
import dev.millrace.topology.ReplicaReads;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerListTest {
    @Test
    void cluster_urlsAndAddresses_areSeeds() {
        ServerList servers = ServerList.cluster(List.of("a:7000", "redis://b", " c:7002 "));
        assertThat(servers.kind()).isEqualTo(ServerList.Kind.CLUSTER);
        assertThat(servers.endpoints())
                .containsExactly(
                        new Endpoint.Tcp("a", 7000, null),
                        new Endpoint.Tcp("b", 6379, null),
                        new Endpoint.Tcp("c", 7002, null));
    }

    @Test
    void sentinel_withoutPort_isTheSentinelsPort() {
        ServerList servers = ServerList.sentinel(" mymaster ", List.of("s1", "redis://s2:5000/3"));
        assertThat(servers.master()).isEqualTo("mymaster");
        assertThat(servers.database()).isEqualTo(3);
        assertThat(servers.endpoints())
                .containsExactly(new Endpoint.Tcp("s1", 26379, null), new Endpoint.Tcp("s2", 5000, null));
    }

    @Test
    void cluster_credentialsInSomeAddresses_areForAll() {
        assertThat(ServerList.cluster(List.of("redis://ann:secret@a", "b", "redis://ann:secret@c"))
                        .credentials())
                .isEqualTo(new Credentials("ann", "secret"));
    }

    @Test
    void cluster_contradictions_areRefusedWithoutShowingThem() {
        assertThatThrownBy(() -> ServerList.cluster(List.of("redis://ann:hush1@a", "redis://ann:hush2@b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the addresses name different credentials; give them once")
                .hasMessageNotContaining("hush");
        assertThatThrownBy(
                        () -> MillraceOptions.cluster("rediss://a", "redis://b").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("some addresses of a cluster are rediss:// and some are not");
        assertThatThrownBy(() -> MillraceOptions.cluster("redis://a/2").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("database 0 only");
    }

    @Test
    void addresses_missingOrOfTheWrongKind_areRefused() {
        assertThatThrownBy(MillraceOptions::cluster)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one cluster node");
        assertThatThrownBy(() -> MillraceOptions.cluster("unix:///run/redis.sock"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a Unix domain socket can't be one");
        assertThatThrownBy(() -> MillraceOptions.sentinel(" ", "s1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name the master");
        assertThatThrownBy(() -> MillraceOptions.cluster("a:port"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("port must be a number");
    }

    @Test
    void build_topologies_areDeployments() {
        MillraceOptions cluster = MillraceOptions.cluster("a:1", "b:2")
                .replicaReads(ReadPolicy.NEAREST)
                .build();
        assertThat(cluster.deployment())
                .isInstanceOfSatisfying(
                        Deployment.Cluster.class, it -> assertThat(it.seeds()).hasSize(2));
        assertThat(cluster.reads()).isEqualTo(ReplicaReads.of(ReadPolicy.NEAREST));
        MillraceOptions sentinel = MillraceOptions.sentinel("mymaster", "redis://ann:secret@s1")
                .sentinelCredentials(null, "other")
                .build();
        assertThat(sentinel.deployment())
                .isInstanceOfSatisfying(
                        Deployment.Sentinel.class,
                        it -> assertThat(it.sentinelLogin().credentials().get())
                                .isEqualTo(new Credentials(null, "other")));
        assertThat(sentinel.connection().login().credentials().get()).isEqualTo(new Credentials("ann", "secret"));
    }
}
