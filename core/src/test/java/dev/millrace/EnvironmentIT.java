package dev.millrace;

import static dev.millrace.command.Acl.aclWhoAmI;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.cluster.RedisCluster;
import dev.millrace.testkit.sentinel.SentinelTrio;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@NoLeakedThreads
class EnvironmentIT {
    private static final String SECRET = "s3cret, of all";
    private static RedisServer server;

    @BeforeAll
    static void start() {
        server = RedisServer.builder()
                .password(SECRET)
                .user("ann", "on", ">" + SECRET, "~*", "&*", "+@all")
                .unixSocket()
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void run_urlAndLoginApart_isThatUserInThatDatabase() {
        try (Millrace redis =
                connect(Map.of("REDIS_URL", server.url() + "/3", "REDIS_USERNAME", "ann", "REDIS_PASSWORD", SECRET))) {
            assertThat(redis.run(aclWhoAmI())).isEqualTo("ann");
            redis.run(set("environment", "here"));
            assertThat(redis.run(get("environment"))).isEqualTo("here");
            assertThat(server.info("keyspace")).containsOnlyKeys("db3");
        }
    }

    @Test
    void run_socketAndPasswordAlone_isTheDefaultUser() {
        try (Millrace redis = connect(Map.of("KV_URL", server.unixUrl(), "REDIS_PASSWORD", SECRET))) {
            assertThat(redis.run(aclWhoAmI())).isEqualTo("default");
        }
    }

    @Test
    void run_clusterBySeedsOrByUrl_reachesEveryMaster() {
        try (RedisCluster cluster =
                RedisCluster.builder().replicasPerMaster(0).password("s3cret").start()) {
            String nodes = String.join(",", cluster.seeds());
            try (Millrace redis = connect(Map.of("REDIS_CLUSTER_NODES", nodes, "REDIS_PASSWORD", "s3cret"))) {
                for (int i = 0; i < 30; i++) {
                    redis.run(set("environment:" + i, "v" + i));
                }
            }
            String url = "redis://:s3cret@" + cluster.seeds().getLast();
            try (Millrace redis = connect(Map.of("REDIS_URL", url, "REDIS_CLUSTER", "yes"))) {
                for (int i = 0; i < 30; i++) {
                    assertThat(redis.run(get("environment:" + i))).isEqualTo("v" + i);
                }
            }
            assertThat(cluster.masters())
                    .allSatisfy(master -> assertThat(master.calls("get")).isPositive());
        }
    }

    @Test
    void run_sentinelsWithALoginOfTheirOwn_reachesTheMaster() {
        try (SentinelTrio trio = SentinelTrio.builder()
                .password("s3cret")
                .sentinelPassword("0ther")
                .start()) {
            Map<String, String> variables = Map.of(
                    "REDIS_SENTINEL_NODES",
                    String.join(",", trio.sentinelSeeds()),
                    "REDIS_SENTINEL_MASTER",
                    trio.masterName(),
                    "REDIS_SENTINEL_PASSWORD",
                    "0ther",
                    "REDIS_PASSWORD",
                    "s3cret");
            try (Millrace redis = connect(variables)) {
                redis.run(set("environment", "behind"));
                assertThat(trio.master().ask("GET", "environment")).isEqualTo("behind");
            }
        }
    }

    private static Millrace connect(Map<String, String> variables) {
        return Millrace.connect(MillraceOptions.fromEnvironment(variables).build());
    }
}
