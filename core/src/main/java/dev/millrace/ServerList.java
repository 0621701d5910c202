package dev.millrace;

import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The servers that a client was given, as one: their addresses, and what their URLs say of the login. Immutable.
 *
 * @param kind what the addresses are
 * @param master the name by which Sentinels know the master; empty for the other kinds
 */
record ServerList(
        Kind kind,
        List<Endpoint> endpoints,
        String master,
        @Nullable Credentials credentials,
        int database,
        @Nullable String clientName,
        int protocol) {
    private static final int REDIS_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    /** What the addresses are. */
    enum Kind {
        ONE_SERVER,
        CLUSTER,
        SENTINEL
    }

    /** One server. @throws IllegalArgumentException if the URL is malformed */
    static ServerList one(String url) {
        return of(Kind.ONE_SERVER, "", List.of(RedisUrl.parse(url)));
    }

    /** The seeds of a cluster. @throws IllegalArgumentException if one is malformed, or they contradict each other */
    static ServerList cluster(List<String> seeds) {
        return of(Kind.CLUSTER, "", parse(seeds, "cluster node", REDIS_PORT));
    }

    /** Sentinels. @throws IllegalArgumentException if one is malformed, or they contradict each other */
    static ServerList sentinel(String master, List<String> sentinels) {
        if (master.isBlank()) {
            throw new IllegalArgumentException("name the master that the Sentinels watch, such as mymaster");
        }
        return of(Kind.SENTINEL, master.strip(), parse(sentinels, "Sentinel", SENTINEL_PORT));
    }

    /** The same servers with another login. */
    ServerList as(@Nullable Credentials login) {
        return new ServerList(kind, endpoints, master, login, database, clientName, protocol);
    }

    private static List<RedisUrl> parse(List<String> given, String what, int port) {
        if (given.isEmpty()) {
            throw new IllegalArgumentException("give the address of at least one " + what + ", such as host:" + port);
        }
        List<RedisUrl> urls = new ArrayList<>();
        for (String one : given) {
            String url = one.contains("://") ? one : "redis://" + one.strip();
            RedisUrl parsed = RedisUrl.parse(url, port);
            if (!(parsed.endpoint() instanceof Endpoint.Tcp)) {
                throw new IllegalArgumentException(
                        "a " + what + " has a host and a port; a Unix domain socket can't be one");
            }
            urls.add(parsed);
        }
        return urls;
    }

    private static ServerList of(Kind kind, String master, List<RedisUrl> urls) {
        Integer database = agreed(urls, "databases", url -> url.database() == 0 ? null : url.database());
        Integer protocol = agreed(urls, "protocols", url -> url.protocol() == 3 ? null : url.protocol());
        return new ServerList(
                kind,
                urls.stream().map(RedisUrl::endpoint).toList(),
                master,
                agreed(urls, "credentials", RedisUrl::credentials),
                database == null ? 0 : database,
                agreed(urls, "client names", RedisUrl::clientName),
                protocol == null ? 3 : protocol);
    }

    private static <T> @Nullable T agreed(List<RedisUrl> urls, String what, Function<RedisUrl, @Nullable T> part) {
        List<T> said =
                urls.stream().map(part).filter(Objects::nonNull).distinct().toList();
        if (said.size() > 1) {
            throw new IllegalArgumentException("the addresses name different " + what + "; give them once");
        }
        return said.isEmpty() ? null : said.getFirst();
    }
}
