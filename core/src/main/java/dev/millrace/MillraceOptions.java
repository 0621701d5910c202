package dev.millrace;

import dev.millrace.connection.ConnectionOptions;
import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Limits;
import dev.millrace.connection.Login;
import dev.millrace.connection.Timeouts;
import dev.millrace.connection.Tls;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.Reconnection;
import dev.millrace.resilience.Retry;
import dev.millrace.topology.Deployment;
import dev.millrace.topology.ReadPolicy;
import dev.millrace.topology.Refresh;
import dev.millrace.topology.ReplicaReads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a client connects and behaves. Immutable; every option has a default that is right for a service.
 *
 * <pre>{@code
 * var options = MillraceOptions.builder("rediss://cache.example:6380/2")
 *         .credentials("orders", System.getenv("REDIS_PASSWORD"))
 *         .commandTimeout(Duration.ofMillis(500))
 *         .build();
 * }</pre>
 *
 * @param deployment one server, a cluster, or a master behind Sentinels
 * @param connection how to connect to each server; of several, its endpoint is the first that was named
 * @param reads which server answers read-only commands
 * @param retry what is tried again, how often
 * @param freshness for how long caches answer from memory without having heard from the server
 * @param listener hears what the client does
 */
public record MillraceOptions(
        Deployment deployment,
        ConnectionOptions connection,
        ReplicaReads reads,
        Retry retry,
        Duration freshness,
        ClientListener listener) {
    /** The same, with another listener: for what is handed options that others have made. */
    public MillraceOptions withListener(ClientListener hears) {
        return new MillraceOptions(deployment, connection, reads, retry, freshness, Objects.requireNonNull(hears));
    }

    /**
     * Options for a URL: {@code redis://}, {@code rediss://} or {@code unix://}, as {@link Millrace#connect(String)}
     * describes it.
     *
     * @throws IllegalArgumentException if the URL is malformed; the message says where, without its credentials
     */
    public static Builder builder(String url) {
        return new Builder(ServerList.one(url));
    }

    /**
     * Options for a Redis Cluster.
     *
     * @param seeds nodes to ask for the others, each a {@code redis://} or {@code rediss://} URL or {@code host:port};
     *     any one that can be reached is enough
     * @throws IllegalArgumentException if there is none, one is malformed, or they contradict each other
     */
    public static Builder cluster(String... seeds) {
        return new Builder(ServerList.cluster(List.of(seeds)));
    }

    /**
     * Options for a master and its replicas behind Sentinels. Credentials, database and parameters in the URLs are
     * those of the master; {@link Builder#sentinelCredentials} has the Sentinels' own.
     *
     * @param master the name by which the Sentinels know it, such as mymaster
     * @param sentinels each a {@code redis://} or {@code rediss://} URL or {@code host:port}; the port is 26379 unless
     *     it is given
     * @throws IllegalArgumentException if there is none, one is malformed, or they contradict each other
     */
    public static Builder sentinel(String master, String... sentinels) {
        return new Builder(ServerList.sentinel(master, List.of(sentinels)));
    }

    /**
     * Options for the servers that this process's environment names. They are the first of these that is set:
     *
     * <table>
     * <caption>Where the servers are</caption>
     * <tr><th>variable<th>what it holds
     * <tr><td>{@code REDIS_CLUSTER_NODES}<td>nodes of a cluster, separated by commas: {@code redis://} or {@code
     *     rediss://} URLs, or {@code host:port}
     * <tr><td>{@code REDIS_SENTINEL_NODES}<td>Sentinels, in the same form; {@code REDIS_SENTINEL_MASTER} names the
     *     master they watch
     * <tr><td>{@code REDIS_URL}<td>a URL, as {@link Millrace#connect(String)} describes it
     * <tr><td>{@code KV_URL}<td>the same; where both are set they must agree
     * <tr><td>(nothing)<td>{@code redis://localhost:6379}
     * </table>
     *
     * <p>What stands further down is not read then. These add to it:
     *
     * <table>
     * <caption>What is added</caption>
     * <tr><th>variable<th>what it says
     * <tr><td>{@code REDIS_CLUSTER}<td>true, 1 or yes: {@code REDIS_URL} or {@code KV_URL} is a node of a cluster;
     *     false, 0 or no: there is no cluster
     * <tr><td>{@code REDIS_USERNAME}, {@code REDIS_PASSWORD}<td>the login, where the URLs leave it out; a password alone
     *     is that of the default user
     * <tr><td>{@code REDIS_SENTINEL_USERNAME}, {@code REDIS_SENTINEL_PASSWORD}<td>the login at the Sentinels themselves,
     *     which are sent no other
     * </table>
     *
     * <p>A blank variable counts as not set. In a list a comma that belongs to a password is written {@code %2C}.
     *
     * @return a builder, so that code may set the rest
     * @throws IllegalArgumentException if a variable is malformed, or some contradict each other; one line that names
     *     them, says how to mend it, and holds no secret
     */
    public static Builder fromEnvironment() {
        return fromEnvironment(System.getenv());
    }

    /** As {@link #fromEnvironment()}, with variables from elsewhere; others than those named there are not looked at. */
    public static Builder fromEnvironment(Map<String, String> variables) {
        Environment environment = new Environment(variables);
        Builder builder = new Builder(environment.servers());
        Credentials sentinels = environment.sentinelCredentials();
        return sentinels == null ? builder : builder.sentinelCredentials(sentinels.username(), sentinels.password());
    }

    /** The names of the variables that {@link #fromEnvironment()} reads. */
    public static List<String> environmentVariables() {
        return Environment.VARIABLES;
    }

    /** Options for {@code redis://localhost:6379}. */
    public static MillraceOptions ofDefaults() {
        return builder("redis://localhost:6379").build();
    }

    /** Options in the order of how often they are needed. Confined to one thread. */
    public static final class Builder {
        private final ServerList.Kind kind;
        private final String master;
        private List<Endpoint> endpoints;
        private Supplier<@Nullable Credentials> credentials;
        private Supplier<@Nullable Credentials> sentinelCredentials = () -> null;
        private int database;
        private @Nullable String clientName;
        private int protocol;
        private Timeouts timeouts = Timeouts.ofDefaults();
        private Limits limits = Limits.ofDefaults();
        private Reconnection reconnection = Reconnection.ofDefaults();
        private Retry retry = Retry.ofDefaults();
        private ReplicaReads reads = ReplicaReads.ofDefaults();
        private Refresh refresh = Refresh.ofDefaults();
        private Duration freshness = Duration.ofSeconds(3);
        private UnaryOperator<Endpoint.Tcp> mapping = UnaryOperator.identity();
        private ClientListener listener = ClientListener.NONE;

        private Builder(ServerList servers) {
            this.kind = servers.kind();
            this.master = servers.master();
            this.endpoints = servers.endpoints();
            Credentials given = servers.credentials();
            this.credentials = () -> given;
            this.database = servers.database();
            this.clientName = servers.clientName();
            this.protocol = servers.protocol();
        }

        /** How long one call may take, queueing and retries included. Default 5 s. */
        public Builder commandTimeout(Duration timeout) {
            timeouts = new Timeouts(timeouts.connect(), timeout, timeouts.keepAlive(), timeouts.close());
            return this;
        }

        /** The ACL user and password; instead of those in the URL. A null user is the default user. */
        public Builder credentials(@Nullable String username, String password) {
            Credentials fixed = new Credentials(username, password);
            return credentials(() -> fixed);
        }

        /** Where credentials come from, asked for each new connection: a rotated password needs no restart. */
        public Builder credentials(Supplier<@Nullable Credentials> supplier) {
            credentials = Objects.requireNonNull(supplier);
            return this;
        }

        /** The database number. Default 0, or the URL's. */
        public Builder database(int number) {
            database = number;
            return this;
        }

        /** The name in CLIENT LIST. Default none; printable ASCII without blanks. */
        public Builder clientName(String name) {
            clientName = name;
            return this;
        }

        /**
         * Trust and, for mutual TLS, the client's key; the host name is verified. Default for {@code rediss://} is the
         * platform's trust store.
         *
         * @throws IllegalArgumentException if the endpoint is a Unix domain socket
         */
        public Builder tls(SSLContext context) {
            return tls(new Tls(context, true));
        }

        /** As {@link #tls(SSLContext)}, with the choice whether the host name is verified. */
        public Builder tls(Tls tls) {
            List<Endpoint> secured = new ArrayList<>();
            for (Endpoint endpoint : endpoints) {
                if (!(endpoint instanceof Endpoint.Tcp tcp)) {
                    throw new IllegalArgumentException(
                            "a Unix domain socket has no TLS; use a redis:// or rediss:// URL");
                }
                secured.add(new Endpoint.Tcp(tcp.host(), tcp.port(), tls));
            }
            endpoints = secured;
            return this;
        }

        /**
         * Who connects to the Sentinels, which have users of their own. Default nobody: the credentials of the servers
         * are not sent to Sentinels. A null user is the default user.
         */
        public Builder sentinelCredentials(@Nullable String username, String password) {
            Credentials fixed = new Credentials(username, password);
            sentinelCredentials = () -> fixed;
            return this;
        }

        /** Which server answers read-only commands, of a cluster or behind Sentinels. Default the master. */
        public Builder replicaReads(ReplicaReads wanted) {
            reads = Objects.requireNonNull(wanted);
            return this;
        }

        /** As {@link #replicaReads(ReplicaReads)}, without a bound on how far behind a replica may be. */
        public Builder replicaReads(ReadPolicy policy) {
            return replicaReads(ReplicaReads.of(policy));
        }

        /** How often a cluster, or the Sentinels, are looked at. Default each 30 s, and never twice within 500 ms. */
        public Builder refresh(Refresh wanted) {
            refresh = Objects.requireNonNull(wanted);
            return this;
        }

        /**
         * Where a server is reached that is announced at an address, for networks that translate addresses. Default
         * where it is announced. TLS is kept whatever this answers.
         */
        public Builder addressMapping(UnaryOperator<Endpoint.Tcp> mapped) {
            mapping = Objects.requireNonNull(mapped);
            return this;
        }

        /** How long opening a connection may take, TLS and handshake included. Default 10 s. */
        public Builder connectTimeout(Duration timeout) {
            timeouts = new Timeouts(timeout, timeouts.command(), timeouts.keepAlive(), timeouts.close());
            return this;
        }

        /** Idle time after which TCP probes the peer. Default 30 s. */
        public Builder keepAlive(Duration idle) {
            timeouts = new Timeouts(timeouts.connect(), timeouts.command(), idle, timeouts.close());
            return this;
        }

        /** How long close waits for what is outstanding. Default 2 s. */
        public Builder closeTimeout(Duration timeout) {
            timeouts = new Timeouts(timeouts.connect(), timeouts.command(), timeouts.keepAlive(), timeout);
            return this;
        }

        /** What is tried again. Default 3 times, 100 ms apart, idempotent commands only. */
        public Builder retry(Retry policy) {
            retry = Objects.requireNonNull(policy);
            return this;
        }

        /**
         * For how long caches answer from memory after the last moment up to which all changes are known to have been
         * heard: the bound on how old an answer is when a server, or the way to it, stops without a sign. Each third of it
         * a server that caches read from is asked for its ROLE. Default 3 s; from 100 ms to 10 min.
         *
         * @throws IllegalArgumentException if it is out of that range
         */
        public Builder freshness(Duration bound) {
            if (bound.compareTo(Duration.ofMillis(100)) < 0 || bound.compareTo(Duration.ofMinutes(10)) > 0) {
                throw new IllegalArgumentException("a freshness of " + bound + " is not from 100 ms to 10 min");
            }
            freshness = bound;
            return this;
        }

        /** The bounds on memory and sockets. */
        public Builder limits(Limits bounds) {
            limits = Objects.requireNonNull(bounds);
            return this;
        }

        /** How a lost server is looked for, and when the circuit opens. */
        public Builder reconnection(Reconnection policy) {
            reconnection = Objects.requireNonNull(policy);
            return this;
        }

        /** 3 for RESP3 with fall-back (the default), 2 for RESP2. */
        public Builder protocol(int version) {
            protocol = version;
            return this;
        }

        /** Hears what the client does. Default none: then no time is measured. */
        public Builder listener(ClientListener hears) {
            listener = Objects.requireNonNull(hears);
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if one is out of its range; the message names it
         */
        public MillraceOptions build() {
            Login login = new Login(credentials, database, clientName, protocol);
            ConnectionOptions connection =
                    new ConnectionOptions(endpoints.getFirst(), login, timeouts, limits, reconnection);
            return new MillraceOptions(deployment(), connection, reads, retry, freshness, listener);
        }

        private Deployment deployment() {
            return switch (kind) {
                case ONE_SERVER -> new Deployment.OneServer(endpoints.getFirst());
                case CLUSTER -> {
                    if (database != 0) {
                        throw new IllegalArgumentException("a cluster has database 0 only, not " + database);
                    }
                    yield new Deployment.Cluster(addresses(), refresh, mapping);
                }
                case SENTINEL ->
                    new Deployment.Sentinel(
                            addresses(),
                            master,
                            new Login(sentinelCredentials, 0, clientName, protocol),
                            refresh,
                            mapping);
            };
        }

        private List<Endpoint.Tcp> addresses() {
            return endpoints.stream().map(Endpoint.Tcp.class::cast).toList();
        }
    }
}
