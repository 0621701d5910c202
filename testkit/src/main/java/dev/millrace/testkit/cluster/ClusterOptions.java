package dev.millrace.testkit.cluster;

import dev.millrace.testkit.RedisServerBuilder;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RedisClusterBuilder} was told; immutable.
 *
 * @param forEachNode what to tell the builder of every node's server
 * @param authentication how MIGRATE logs in at another node
 */
record ClusterOptions(
        int masters,
        int replicasPerMaster,
        Duration nodeTimeout,
        Duration deadline,
        boolean tls,
        boolean proxies,
        @Nullable IntFunction<String> hostnames,
        List<Consumer<RedisServerBuilder>> forEachNode,
        List<String> authentication) {

    ClusterOptions {
        forEachNode = List.copyOf(forEachNode);
        authentication = List.copyOf(authentication);
    }
}
