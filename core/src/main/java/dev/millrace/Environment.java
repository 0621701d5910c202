package dev.millrace;

import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the environment of a process says of the servers. A variable that is blank counts as one that is not set. What
 * contradicts itself is refused rather than guessed at: a process that uses another server than was meant does harm
 * before anybody notices. Messages name variables, never what they hold; of a malformed URL they show what {@link
 * RedisUrl} knows to be harmless. Immutable.
 *
 * <p>{@link MillraceOptions#fromEnvironment()} documents the variables and which of them wins.
 */
final class Environment {
    private static final String CLUSTER_NODES = "REDIS_CLUSTER_NODES";
    private static final String CLUSTER = "REDIS_CLUSTER";
    private static final String SENTINEL_NODES = "REDIS_SENTINEL_NODES";
    private static final String SENTINEL_MASTER = "REDIS_SENTINEL_MASTER";
    private static final String SENTINEL_USERNAME = "REDIS_SENTINEL_USERNAME";
    private static final String SENTINEL_PASSWORD = "REDIS_SENTINEL_PASSWORD";
    private static final String URL = "REDIS_URL";
    private static final String KV_URL = "KV_URL";
    private static final String USERNAME = "REDIS_USERNAME";
    private static final String PASSWORD = "REDIS_PASSWORD";

    /** Every variable that is read. */
    static final List<String> VARIABLES = List.of(
            CLUSTER_NODES,
            CLUSTER,
            SENTINEL_NODES,
            SENTINEL_MASTER,
            SENTINEL_USERNAME,
            SENTINEL_PASSWORD,
            URL,
            KV_URL,
            USERNAME,
            PASSWORD);

    private static final String DEFAULT_URL = "redis://localhost:6379";

    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** @throws IllegalArgumentException if a variable is malformed, or some contradict each other */
    ServerList servers() {
        Boolean cluster = flag();
        boolean clusterNodes = isSet(CLUSTER_NODES);
        boolean sentinelNodes = isSet(SENTINEL_NODES);
        if (clusterNodes && sentinelNodes) {
            throw refused(CLUSTER_NODES + " and " + SENTINEL_NODES
                    + " are both set, and a cluster has no Sentinels; unset the one that is not meant");
        }
        if (sentinelNodes && Boolean.TRUE.equals(cluster)) {
            throw refused(CLUSTER + " says yes and " + SENTINEL_NODES
                    + " is set, and a cluster has no Sentinels; unset the one that is not meant");
        }
        if (clusterNodes && Boolean.FALSE.equals(cluster)) {
            throw refused(
                    CLUSTER + " says no and " + CLUSTER_NODES + " is set; unset one, or name one server by " + URL);
        }
        if (sentinelNodes && !isSet(SENTINEL_MASTER)) {
            throw refused(SENTINEL_NODES + " is set without " + SENTINEL_MASTER
                    + "; set that to the name of the master that the Sentinels watch, such as mymaster");
        }
        if (!sentinelNodes && isSet(SENTINEL_MASTER)) {
            throw refused(SENTINEL_MASTER + " is set without " + SENTINEL_NODES
                    + "; set that to the Sentinels' addresses, such as host1:26379,host2:26379, or unset both");
        }
        if (clusterNodes) {
            return cluster(CLUSTER_NODES, list(CLUSTER_NODES));
        }
        return sentinelNodes ? sentinel() : fromUrl(Boolean.TRUE.equals(cluster));
    }

    /**
     * Who connects to the Sentinels; null for nobody, and where there are none.
     *
     * @throws IllegalArgumentException if a user has no password
     */
    @Nullable
    Credentials sentinelCredentials() {
        return isSet(SENTINEL_NODES) ? completed(null, "", SENTINEL_USERNAME, SENTINEL_PASSWORD) : null;
    }

    // ---- where the servers are ----

    private ServerList sentinel() {
        String master = Objects.requireNonNull(text(SENTINEL_MASTER));
        List<String> sentinels = list(SENTINEL_NODES);
        return loggedIn(SENTINEL_NODES, named(SENTINEL_NODES, () -> ServerList.sentinel(master, sentinels)));
    }

    private ServerList cluster(String variable, List<String> seeds) {
        ServerList servers = named(variable, () -> ServerList.cluster(seeds));
        if (servers.database() != 0) {
            throw refused(variable + " names a database, and a cluster has database 0 only; leave the database out");
        }
        return loggedIn(variable, servers);
    }

    private ServerList fromUrl(boolean ofCluster) {
        RedisUrl redis = url(URL);
        RedisUrl kv = url(KV_URL);
        if (redis != null && kv != null && !redis.equals(kv)) {
            throw refused(URL + " and " + KV_URL + " differ; unset one of them, or set both to the same");
        }
        String variable = redis == null && kv != null ? KV_URL : URL;
        String given = text(variable);
        if (!ofCluster) {
            return loggedIn(variable, ServerList.one(given == null ? DEFAULT_URL : given));
        }
        if (given == null) {
            throw refused(CLUSTER + " says yes and no node is named; set " + CLUSTER_NODES + " or " + URL);
        }
        RedisUrl seed = redis == null ? kv : redis;
        if (seed != null && (seed.endpoint() instanceof Endpoint.Unix || seed.database() != 0)) {
            throw refused(CLUSTER + " says yes and " + variable
                    + (seed.database() != 0
                            ? " names a database, where a cluster has database 0 only"
                            : " names a Unix domain socket, where a node of a cluster has a host and a port")
                    + "; change " + variable + " or unset " + CLUSTER);
        }
        return cluster(variable, List.of(given));
    }

    private @Nullable RedisUrl url(String variable) {
        String given = text(variable);
        return given == null ? null : named(variable, () -> RedisUrl.parse(given));
    }

    // ---- who connects ----

    private ServerList loggedIn(String variable, ServerList servers) {
        long secured = servers.endpoints().stream()
                .filter(endpoint -> endpoint instanceof Endpoint.Tcp tcp && tcp.tls() != null)
                .count();
        if (secured != 0 && secured != servers.endpoints().size()) {
            throw refused(variable + " has some addresses with rediss:// and some without; use it for all or for none");
        }
        return servers.as(completed(servers.credentials(), variable, USERNAME, PASSWORD));
    }

    /** What a URL says of the login, and what is missing there by the variables; null for nobody. */
    private @Nullable Credentials completed(
            @Nullable Credentials given, String source, String userVariable, String passwordVariable) {
        String user = text(userVariable);
        String password = secret(passwordVariable);
        if (given != null) {
            user = same(given.username(), source, "user", user, userVariable);
            String inUrl = given.password().isEmpty() ? null : given.password();
            password = same(inUrl, source, "password", password, passwordVariable);
        }
        if (password != null) {
            return new Credentials(user, password);
        }
        if (given == null && user != null) {
            throw refused(
                    userVariable + " is set without " + passwordVariable + "; set both, or unset " + userVariable);
        }
        return given;
    }

    private static @Nullable String same(
            @Nullable String given, String source, String what, @Nullable String value, String variable) {
        if (given != null && value != null && !given.equals(value)) {
            throw refused(source + " has another " + what + " than " + variable + "; set it in one of them only");
        }
        return given == null ? value : given;
    }

    // ---- variables ----

    private boolean isSet(String variable) {
        return !variables.getOrDefault(variable, "").isBlank();
    }

    private @Nullable String text(String variable) {
        return isSet(variable) ? variables.getOrDefault(variable, "").strip() : null;
    }

    /** As it is: a password may begin or end with a blank. Only the end of a line that came along is not part of it. */
    private @Nullable String secret(String variable) {
        return isSet(variable) ? variables.getOrDefault(variable, "").replaceFirst("\\R+\\z", "") : null;
    }

    private List<String> list(String variable) {
        List<String> items = Arrays.stream(variables.getOrDefault(variable, "").split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
        if (items.isEmpty()) {
            throw refused(variable + " names no address; list them as host1:port,host2:port, or unset it");
        }
        return items;
    }

    private @Nullable Boolean flag() {
        String value = text(CLUSTER);
        if (value == null) {
            return null;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes" -> true;
            case "false", "0", "no" -> false;
            default ->
                throw refused(CLUSTER + " must be true, false, 1, 0, yes or no; the nodes stand in " + CLUSTER_NODES);
        };
    }

    /** What goes wrong while a variable is read names that variable. */
    private static <T> T named(String variable, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw refused(variable + ": " + e.getMessage());
        }
    }

    private static IllegalArgumentException refused(String message) {
        return new IllegalArgumentException(message);
    }
}
