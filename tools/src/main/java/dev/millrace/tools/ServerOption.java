package dev.millrace.tools;

import dev.millrace.Millrace;
import dev.millrace.command.Command;
import dev.millrace.command.ServerError;
import dev.millrace.command.Value;
import dev.millrace.topology.Deployment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the servers of a command that works on those of the user; a picocli mixin. */
public final class ServerOption {
    private static final String DEFAULT = "redis://localhost:6379";
    private static final String CLUSTER = "REDIS_CLUSTER";

    @Option(
            names = "--redis",
            paramLabel = "URL",
            description =
                    "Server: redis://, rediss:// or unix://; a node of a cluster leads to the whole cluster. Default:"
                            + " what the environment names by REDIS_URL, KV_URL, REDIS_CLUSTER_NODES or REDIS_SENTINEL_NODES, with"
                            + " REDIS_USERNAME and REDIS_PASSWORD; else " + DEFAULT + ".")
    private @Nullable String redis;

    /** For picocli, which fills in the option. */
    public ServerOption() {}

    /** Where the servers are, for people, without credentials. */
    public String described() {
        return servers().described();
    }

    /**
     * A client of the servers that are meant. One that turns out to be a node of a cluster leads to all of it.
     *
     * @throws BadInput if the URL is malformed, or the environment contradicts itself
     * @throws dev.millrace.command.MillraceException if the server does not answer
     */
    public Millrace connect() {
        NamedServers servers = servers();
        boolean decided = !(servers.options().deployment() instanceof Deployment.OneServer)
                || !System.getenv().getOrDefault(CLUSTER, "").isBlank();
        if (!decided && isOfACluster(servers)) {
            Map<String, String> environment = new HashMap<>(redis == null ? System.getenv() : Map.of());
            if (redis != null || NamedServers.of(environment).isEmpty()) {
                environment.put("REDIS_URL", redis == null ? DEFAULT : redis);
            }
            environment.put(CLUSTER, "yes");
            servers = NamedServers.of(environment).orElse(servers);
        }
        return Millrace.connect(servers.options());
    }

    private NamedServers servers() {
        return redis != null
                ? NamedServers.at(redis)
                : NamedServers.of(System.getenv()).orElseGet(() -> NamedServers.at(DEFAULT));
    }

    private static boolean isOfACluster(NamedServers one) {
        try (Millrace redis = Millrace.connect(one.options())) {
            Value info = redis.run(Command.of("INFO", "cluster").readOnly());
            String text = info == null ? null : info.asText();
            return text != null && text.contains("cluster_enabled:1");
        } catch (ServerError.NoPermission mayNotBeAsked) {
            return false;
        }
    }
}
