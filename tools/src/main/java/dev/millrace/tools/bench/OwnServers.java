package dev.millrace.tools.bench;

import dev.millrace.MillraceOptions;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import dev.millrace.testkit.sentinel.SentinelTrio;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Servers that the suite started, on loopback. Thread-safe.
 *
 * @param described what they are, for people
 * @param options how to reach them
 * @param statistics the command statistics of each master, as INFO has them
 * @param end ends them
 */
record OwnServers(
        String described, MillraceOptions options, Supplier<List<Map<String, String>>> statistics, Runnable end) {
    private static final String STATISTICS = "commandstats";

    /**
     * Starts fresh ones on free ports.
     *
     * @throws dev.millrace.testkit.ServerStartException if there is no redis-server and none is carried for this machine
     */
    static OwnServers start(Topology topology) {
        return switch (topology) {
            case ONE -> one(RedisServer.start());
            case CLUSTER -> cluster(RedisCluster.start());
            case SENTINEL -> sentinel(SentinelTrio.start());
        };
    }

    private static OwnServers one(RedisServer server) {
        return new OwnServers(
                "the suite's own on loopback (" + server.binary() + ")",
                MillraceOptions.builder(server.url()).build(),
                () -> List.of(server.info(STATISTICS)),
                server::close);
    }

    private static OwnServers cluster(RedisCluster cluster) {
        int masters = cluster.masters().size();
        return new OwnServers(
                "the suite's own cluster on loopback, " + masters + " masters and "
                        + (cluster.nodes().size() - masters) + " replicas ("
                        + cluster.nodes().getFirst().server().binary() + ")",
                MillraceOptions.cluster(cluster.seeds().toArray(String[]::new)).build(),
                () -> cluster.masters().stream().map(OwnServers::statisticsOf).toList(),
                cluster::close);
    }

    private static Map<String, String> statisticsOf(ClusterNode node) {
        return node.info(STATISTICS);
    }

    private static OwnServers sentinel(SentinelTrio trio) {
        return new OwnServers(
                "the suite's own master with " + trio.replicas().size() + " replicas behind "
                        + trio.sentinels().size() + " Sentinels on loopback ("
                        + trio.master().binary() + ")",
                MillraceOptions.sentinel(trio.masterName(), trio.sentinelSeeds().toArray(String[]::new))
                        .build(),
                () -> List.of(trio.master().info(STATISTICS)),
                trio::close);
    }
}
