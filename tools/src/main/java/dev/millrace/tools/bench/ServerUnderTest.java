package dev.millrace.tools.bench;

import dev.millrace.MillraceOptions;
import dev.millrace.tools.NamedServers;
import dev.millrace.tools.report.Server;
import dev.millrace.topology.Deployment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is measured, one server or several that belong together: our own, ended on {@link #close}, or what the user named.
 * Thread-safe.
 */
final class ServerUnderTest implements AutoCloseable {
    private static final String CALLS = "calls=";
    private static final String COMMAND = "cmdstat_";

    private final String described;
    private final MillraceOptions options;
    private final @Nullable OwnServers own;

    private ServerUnderTest(String described, MillraceOptions options, @Nullable OwnServers own) {
        this.described = described;
        this.options = options;
        this.own = own;
    }

    /**
     * Fresh servers on free loopback ports.
     *
     * @throws dev.millrace.testkit.ServerStartException if there is no redis-server and none is carried for this machine
     */
    static ServerUnderTest own(Topology topology) {
        OwnServers own = OwnServers.start(topology);
        return new ServerUnderTest(own.described(), own.options(), own);
    }

    /** What is there already, and is left as it was found. */
    static ServerUnderTest at(NamedServers named) {
        return new ServerUnderTest(named.described(), named.options(), null);
    }

    /** As the other, at a URL. @throws dev.millrace.tools.BadInput if it is malformed */
    static ServerUnderTest at(String url) {
        return at(NamedServers.at(url));
    }

    /** How to reach it. */
    MillraceOptions options() {
        return options;
    }

    /** Between whom round trips are added, where that needs saying. */
    Optional<String> whereDelayed() {
        return switch (options.deployment()) {
            case Deployment.OneServer one -> Optional.empty();
            case Deployment.Cluster cluster ->
                Optional.of("round trips are added between the client and each node, not among the nodes");
            case Deployment.Sentinel sentinel ->
                Optional.of("round trips are added between the client and each server, not among the servers and not to"
                        + " the Sentinels");
        };
    }

    boolean isOwn() {
        return own != null;
    }

    /** Where it is, for people, without credentials. */
    String described() {
        return described;
    }

    /** What the report says of it. */
    Server describedAs(String version) {
        return new Server(version, described);
    }

    /** How often each command was called so far, by name in lower case; empty where the servers are not our own. */
    Map<String, Long> calls() {
        Map<String, Long> calls = new HashMap<>();
        if (own != null) {
            own.statistics().get().forEach(master -> add(master, calls));
        }
        return calls;
    }

    private static void add(Map<String, String> master, Map<String, Long> calls) {
        master.forEach((name, statistics) -> {
            if (name.startsWith(COMMAND) && statistics.startsWith(CALLS)) {
                String count = statistics.substring(CALLS.length(), statistics.indexOf(','));
                calls.merge(name.substring(COMMAND.length()), Long.parseLong(count), Long::sum);
            }
        });
    }

    @Override
    public void close() {
        if (own != null) {
            own.end().run();
        }
    }
}
