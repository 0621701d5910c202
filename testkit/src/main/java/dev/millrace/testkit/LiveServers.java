package dev.millrace.testkit;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The servers of this JVM that run now, ended by one shutdown hook when the JVM ends in an orderly way. For every other
 * end there is {@link Watchdog}.
 *
 * <p>Thread-safe.
 */
final class LiveServers {

    private static final Set<ServerProcess> LIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> LIVE.forEach(ServerProcess::endWithJvm), "millrace-testkit-shutdown"));
    }

    private LiveServers() {}

    static void add(ServerProcess server) {
        LIVE.add(server);
    }

    static void remove(ServerProcess server) {
        LIVE.remove(server);
    }
}
