package dev.millrace.tools.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import dev.millrace.testkit.sentinel.SentinelTrio;
import dev.millrace.tools.doctor.DoctorCommandIT.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Looks at clusters and at masters behind Sentinels, whole ones and broken ones. */
@Timeout(120)
class DoctorTopologyIT {

    @Test
    void doctor_cluster_isFoundWholeFromOneNodeAndItsDeadAreNamed() {
        try (RedisCluster cluster = RedisCluster.builder()
                .appendOnly()
                .config("maxmemory", "100mb")
                .user("small", "on", ">s3cret", "~*", "&*", "+@all", "-cluster")
                .start()) {
            Outcome whole = DoctorCommandIT.doctor(Map.of(), cluster.urls().getFirst());

            assertThat(whole.err()).isEmpty();
            assertThat(whole.out())
                    .contains("topology   a cluster of 3 masters and 3 replicas, 16384 of 16384 slots served\n")
                    .contains(cluster.seeds().toArray(String[]::new))
                    .contains(" slots, replicated by 127.0.0.1:")
                    .contains("warning    min-replicas-to-write on 127.0.0.1:")
                    .contains("warning    cluster-require-full-coverage on all 6 nodes")
                    .doesNotContain("\nproblem");
            assertThat(whole.status()).isZero();

            Outcome forbidden = DoctorCommandIT.doctor(
                    Map.of(), cluster.urls().getFirst().replace("redis://", "redis://small:s3cret@"));
            assertThat(forbidden.err()).isEmpty();
            assertThat(forbidden.out())
                    .contains("topology   one server")
                    .contains("note       CLUSTER SLOTS, CLUSTER NODES\n           could not be looked at (NOPERM");

            ClusterNode dead = cluster.replicas().getFirst();
            dead.kill();
            Outcome broken = DoctorCommandIT.doctor(Map.of(
                    "REDIS_CLUSTER_NODES",
                    String.join(
                            ",", dead.address(), cluster.masters().getFirst().address())));

            assertThat(broken.status()).isEqualTo(1);
            assertThat(broken.out())
                    .startsWith("looked at  the cluster of " + dead.address() + ", ")
                    .contains("problem    " + dead.address() + "\n           can't be reached from here");
        }
    }

    @Test
    void doctor_sentinels_leadToTheMasterAndItsReplicas() {
        try (SentinelTrio trio = SentinelTrio.builder()
                .password("s3cret")
                .config("appendonly", "yes")
                .config("maxmemory", "100mb")
                .start()) {
            Map<String, String> environment = Map.of(
                    "REDIS_SENTINEL_NODES", String.join(",", trio.sentinelSeeds()),
                    "REDIS_SENTINEL_MASTER", trio.masterName(),
                    "REDIS_PASSWORD", "s3cret");
            Outcome whole = DoctorCommandIT.doctor(environment);

            assertThat(whole.err()).isEmpty();
            assertThat(whole.out())
                    .contains("the master " + trio.masterName() + " at 127.0.0.1:"
                            + trio.master().port())
                    .contains("watched by 3 Sentinels, quorum 2")
                    .contains("replica  Redis")
                    .doesNotContain("\nproblem", "s3cret");
            assertThat(whole.status()).isZero();

            trio.sentinels().getFirst().kill();
            Outcome broken = DoctorCommandIT.doctor(environment);
            assertThat(broken.status()).isEqualTo(1);
            assertThat(broken.out())
                    .contains("problem    " + trio.sentinelSeeds().getFirst());

            Outcome direct =
                    DoctorCommandIT.doctor(Map.of(), trio.sentinels().getLast().url());
            assertThat(direct.status()).isEqualTo(2);
            assertThat(direct.err())
                    .contains("is a Sentinel; to look at what it watches, set REDIS_SENTINEL_NODES")
                    .hasLineCount(1);

            Outcome stranger = DoctorCommandIT.doctor(
                    Map.of("REDIS_SENTINEL_NODES", trio.sentinelSeeds().getLast(), "REDIS_SENTINEL_MASTER", "nobody"));
            assertThat(stranger.status()).isEqualTo(2);
            assertThat(stranger.err()).contains("check REDIS_SENTINEL_MASTER").hasLineCount(1);
        }
    }
}
