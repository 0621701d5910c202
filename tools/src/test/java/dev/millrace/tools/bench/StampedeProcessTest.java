package dev.millrace.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StampedeProcessTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:s3cret@localhost:7000/2",
                "rediss://ann:s3cret@[::1]:7000",
                "redis://localhost:7000",
                "unix:///tmp/redis.sock?db=3"
            })
    void variables_oneServer_leadToTheSame(String url) {
        MillraceOptions options = MillraceOptions.builder(url).build();

        MillraceOptions there = there(options);

        assertThat(there.deployment()).isEqualTo(options.deployment());
        assertThat(there.connection().login().database())
                .isEqualTo(options.connection().login().database());
        assertThat(there.connection().login().credentials().get())
                .isEqualTo(options.connection().login().credentials().get());
    }

    @Test
    void variables_clusterAndSentinel_leadToTheSame() {
        Map<String, String> cluster = Map.of("REDIS_CLUSTER_NODES", "redis://a:1,redis://b:2", "REDIS_PASSWORD", "p");
        Map<String, String> sentinel = Map.of(
                "REDIS_SENTINEL_NODES",
                "redis://a:1,redis://b:2",
                "REDIS_SENTINEL_MASTER",
                "main",
                "REDIS_SENTINEL_PASSWORD",
                "q");

        assertThat(StampedeProcess.variables(
                        MillraceOptions.fromEnvironment(cluster).build()))
                .isEqualTo(cluster);
        assertThat(StampedeProcess.variables(
                        MillraceOptions.fromEnvironment(sentinel).build()))
                .isEqualTo(sentinel);
    }

    private static MillraceOptions there(MillraceOptions options) {
        return MillraceOptions.fromEnvironment(StampedeProcess.variables(options))
                .build();
    }
}
