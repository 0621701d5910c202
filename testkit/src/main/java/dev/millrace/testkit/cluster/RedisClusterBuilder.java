package dev.millrace.testkit.cluster;

import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.RedisServerBuilder;
import dev.millrace.testkit.TlsMaterial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link RedisCluster}, got from {@link RedisCluster#builder()}.
 *
 * <p>Not thread-safe; may start several clusters.
 */
public final class RedisClusterBuilder {

    private static final Map<String, String> OWN_OPTIONS = Map.of(
            "cluster-node-timeout", "nodeTimeout(Duration)",
            "cluster-announce-hostname", "hostnames(IntFunction)",
            "cluster-announce-port", "proxies()",
            "cluster-announce-tls-port", "proxies()",
            "cluster-announce-bus-port", "nothing: the bus is not proxied",
            "cluster-port", "nothing: the bus port lies 10000 above the port",
            "cluster-enabled", "nothing: every node is one of a cluster",
            "cluster-config-file", "nothing: each node has a folder of its own");

    private final List<Consumer<RedisServerBuilder>> forEachNode = new ArrayList<>();
    /** Takes every option of a node as it is given, so that a wrong one is refused then and not at the start. */
    private final RedisServerBuilder check = RedisServer.builder();

    private int masters = 3;
    private int replicasPerMaster = 1;
    private Duration nodeTimeout = Duration.ofSeconds(1);
    private Duration deadline = Duration.ofSeconds(30);
    private boolean tls;
    private boolean proxies;
    private @Nullable IntFunction<String> hostnames;
    private @Nullable String askUser;
    private @Nullable String askPassword;

    RedisClusterBuilder() {}

    /**
     * How many masters share the slots. Default 3, the least that can vote a failover.
     *
     * @throws IllegalArgumentException if not within 1 to 100
     */
    public RedisClusterBuilder masters(int count) {
        if (count < 1 || count > 100) {
            throw new IllegalArgumentException("%d masters are not within 1 to 100".formatted(count));
        }
        this.masters = count;
        return this;
    }

    /**
     * How many replicas each master has. Default 1.
     *
     * @throws IllegalArgumentException if not within 0 to 5
     */
    public RedisClusterBuilder replicasPerMaster(int count) {
        if (count < 0 || count > 5) {
            throw new IllegalArgumentException("%d replicas are not within 0 to 5".formatted(count));
        }
        this.replicasPerMaster = count;
        return this;
    }

    /**
     * After how long a silent node counts as failed ({@code cluster-node-timeout}). Default 1 second: much less, and a
     * machine busy with the test itself makes the cluster fail over by mistake.
     *
     * @throws IllegalArgumentException if below 100 ms
     */
    public RedisClusterBuilder nodeTimeout(Duration timeout) {
        if (timeout.toMillis() < 100) {
            throw new IllegalArgumentException("a node timeout of %s is below 100 ms".formatted(timeout));
        }
        this.nodeTimeout = timeout;
        return this;
    }

    /** How long the start, and any later operation that waits for the cluster, may take. Default 30 seconds. */
    public RedisClusterBuilder deadline(Duration longest) {
        if (longest.isNegative() || longest.isZero()) {
            throw new IllegalArgumentException("a deadline of %s is not positive".formatted(longest));
        }
        this.deadline = longest;
        return this;
    }

    /** The executable of all nodes. Default as {@link RedisServerBuilder#binary}. */
    public RedisClusterBuilder binary(Path executable) {
        Objects.requireNonNull(executable, "executable");
        return onEachNode(node -> node.binary(executable));
    }

    /**
     * A directive of redis.conf for every node, as {@link RedisServerBuilder#config}.
     *
     * @throws IllegalArgumentException if the directive has an option of its own here, or a line break
     */
    public RedisClusterBuilder config(String name, String value) {
        String own = OWN_OPTIONS.get(name.toLowerCase(Locale.ROOT));
        if (own != null) {
            throw new IllegalArgumentException("config(\"%s\", …) is not taken; use %s".formatted(name, own));
        }
        return onEachNode(node -> node.config(name, value));
    }

    /** The password of the default user, on every node; nodes and the test kit use it too. */
    public RedisClusterBuilder password(String password) {
        onEachNode(node -> node.password(password));
        if (askUser == null) {
            this.askPassword = password;
        }
        return this;
    }

    /** An ACL user of every node, as {@link RedisServerBuilder#user}. */
    public RedisClusterBuilder user(String name, String... rules) {
        String[] kept = rules.clone();
        return onEachNode(node -> node.user(name, kept));
    }

    /** Who the test kit, and the nodes among themselves, log in as. Default: the default user. */
    public RedisClusterBuilder askAs(String user, String password) {
        onEachNode(node -> node.askAs(user, password));
        this.askUser = user;
        this.askPassword = password;
        return this;
    }

    /** Writes append-only files, so that a killed node comes back with all it had. Default: no. */
    public RedisClusterBuilder appendOnly() {
        return onEachNode(RedisServerBuilder::appendOnly);
    }

    /**
     * Announces TLS ports and lets the nodes speak TLS among themselves. Clients that connect without TLS are told the
     * plain ports. Default: no.
     */
    public RedisClusterBuilder tls(TlsMaterial material) {
        this.tls = true;
        return onEachNode(
                node -> node.tls(material).config("tls-cluster", "yes").config("tls-replication", "yes"));
    }

    /** Lets only clients with a certificate of the material's authority in by TLS. Default: no. */
    public RedisClusterBuilder tlsClientAuthentication() {
        return onEachNode(RedisServerBuilder::tlsClientAuthentication);
    }

    /**
     * Puts a {@link dev.millrace.testkit.FaultProxy} before every node and announces its port, as behind NAT: what the
     * cluster tells clients is not where its servers listen. Replicas, too, reach their masters by the proxies; the
     * cluster bus does not, so a frozen proxy causes no failover. With TLS the TLS port alone is proxied. Default: no.
     */
    public RedisClusterBuilder proxies() {
        this.proxies = true;
        return this;
    }

    /**
     * Announces a host name for each node, counted from 0, and prefers it to the address ({@code
     * cluster-announce-hostname}, {@code cluster-preferred-endpoint-type hostname}). Redis 7.0 or newer. Default: none.
     */
    public RedisClusterBuilder hostnames(IntFunction<String> ofNode) {
        this.hostnames = Objects.requireNonNull(ofNode, "ofNode");
        return this;
    }

    /**
     * Starts all nodes at the same time, forms the cluster and returns when it is at rest: every node reports {@code
     * cluster_state:ok}, all slots are served, all see the same, and the replicas are in sync. Takes about three
     * seconds, two of them because a master waits that long before it serves.
     *
     * @throws dev.millrace.testkit.ServerStartException if a node does not start or they are not at rest by the deadline
     */
    public RedisCluster start() {
        return RedisCluster.start(new ClusterOptions(
                masters,
                replicasPerMaster,
                nodeTimeout,
                deadline,
                tls,
                proxies,
                hostnames,
                forEachNode,
                authentication()));
    }

    private RedisClusterBuilder onEachNode(Consumer<RedisServerBuilder> option) {
        option.accept(check);
        forEachNode.add(option);
        return this;
    }

    private List<String> authentication() {
        String password = askPassword;
        if (password == null) {
            return List.of();
        }
        String user = askUser;
        return user == null ? List.of("AUTH", raw(password)) : List.of("AUTH2", raw(user), raw(password));
    }

    /** The UTF-8 bytes as characters of ISO 8859-1, in which {@link Survey} speaks. */
    private static String raw(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
