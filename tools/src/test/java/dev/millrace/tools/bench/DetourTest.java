package dev.millrace.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceOptions;
import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import dev.millrace.topology.Deployment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetourTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    @Test
    void options_oneServer_keepAllButHostAndPort() {
        MillraceOptions direct =
                MillraceOptions.builder("redis://ann:s3cret@[::1]:7000/3").build();
        try (Detour detour = Detour.of(direct, MILLI).orElseThrow()) {
            MillraceOptions options = detour.options();

            Endpoint.Tcp endpoint = (Endpoint.Tcp) ((Deployment.OneServer) options.deployment()).endpoint();
            assertThat(endpoint.host()).isEqualTo("127.0.0.1");
            assertThat(endpoint.port()).isNotEqualTo(7000);
            assertThat(options.connection().endpoint()).isEqualTo(endpoint);
            assertThat(options.connection().login())
                    .isSameAs(direct.connection().login());
            assertThat(options.connection().login().credentials().get()).isEqualTo(new Credentials("ann", "s3cret"));
        }
    }

    @Test
    void options_cluster_leadToEachServerByOneProxy() {
        MillraceOptions direct =
                MillraceOptions.cluster("127.0.0.1:7001", "127.0.0.1:7002").build();
        try (Detour detour = Detour.of(direct, MILLI).orElseThrow()) {
            Deployment.Cluster cluster = (Deployment.Cluster) detour.options().deployment();

            List<Endpoint.Tcp> seeds = cluster.seeds();
            assertThat(seeds).doesNotHaveDuplicates().hasSize(2);
            assertThat(cluster.mapping().apply(new Endpoint.Tcp("127.0.0.1", 7001, null)))
                    .isEqualTo(seeds.getFirst());
            assertThat(cluster.mapping().apply(new Endpoint.Tcp("127.0.0.1", 7003, null)))
                    .isNotIn(seeds);
        }
    }

    @Test
    void options_sentinels_delayServersOnly() {
        MillraceOptions direct =
                MillraceOptions.sentinel("orders", "127.0.0.1:7101").build();
        try (Detour detour = Detour.of(direct, MILLI).orElseThrow()) {
            Deployment.Sentinel sentinel =
                    (Deployment.Sentinel) detour.options().deployment();

            assertThat(sentinel.sentinels()).extracting(Endpoint.Tcp::port).containsExactly(7101);
            assertThat(sentinel.mapping()
                            .apply(new Endpoint.Tcp("127.0.0.1", 7001, null))
                            .port())
                    .isNotEqualTo(7001);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rediss://localhost:6379", "unix:///run/redis.sock"})
    void of_whereNoProxyCanStand_isEmpty(String url) {
        assertThat(Detour.of(MillraceOptions.builder(url).build(), MILLI)).isEmpty();
    }
}
