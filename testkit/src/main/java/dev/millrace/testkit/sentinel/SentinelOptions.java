package dev.millrace.testkit.sentinel;

import dev.millrace.testkit.RedisServerBuilder;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SentinelTrioBuilder} was told; immutable.
 *
 * @param tls whether master, replicas and Sentinels speak TLS among themselves
 * @param login who the Sentinels are at the master and its replicas, null where nobody needs to say
 * @param sentinelLogin who the Sentinels are among themselves
 */
record SentinelOptions(
        String masterName,
        int replicas,
        int quorum,
        Duration downAfter,
        Duration failoverTimeout,
        Duration deadline,
        boolean tls,
        @Nullable Login login,
        @Nullable Login sentinelLogin,
        List<Consumer<RedisServerBuilder>> forEachServer,
        List<Consumer<RedisServerBuilder>> forEachSentinel) {

    /** A password, and a user where it is not the default one. */
    record Login(@Nullable String user, String password) {}

    SentinelOptions {
        forEachServer = List.copyOf(forEachServer);
        forEachSentinel = List.copyOf(forEachSentinel);
    }
}
