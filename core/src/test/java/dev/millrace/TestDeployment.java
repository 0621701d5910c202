package dev.millrace;

import dev.millrace.connection.Endpoint;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import dev.millrace.testkit.sentinel.SentinelTrio;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a suite runs on: one server, or as the system property {@code millrace.topology} says a {@code cluster} or a
 * master behind Sentinels ({@code sentinel}). One server is the test class's own; the others start once in a JVM, are
 * shared by all classes, and are expected to be left as they were found.
 *
 * <p>Thread-safe.
 */
public final class TestDeployment implements AutoCloseable {
    /** One server where it is not set. */
    public static final String PROPERTY = "millrace.topology";

    /** What there can be. */
    public enum Kind {
        ONE,
        CLUSTER,
        SENTINEL
    }

    private static final class SharedCluster {
        static final RedisCluster CLUSTER = RedisCluster.start();
        static final List<ClusterNode> MASTERS = CLUSTER.masters();
    }

    private static final class SharedSentinels {
        /** Scripts that run long are among the tests, and no reason for a failover. */
        static final SentinelTrio TRIO =
                SentinelTrio.builder().downAfter(Duration.ofMinutes(1)).start();
    }

    private final Kind kind;
    private final @Nullable RedisServer one;

    private TestDeployment(Kind kind) {
        this.kind = kind;
        this.one = kind == Kind.ONE ? RedisServer.start() : null;
    }

    /** Of the kind that the system property names. */
    public static TestDeployment start() {
        return start(wanted());
    }

    public static TestDeployment start(Kind kind) {
        return new TestDeployment(kind);
    }

    /**
     * The kind that the system property names.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Kind wanted() {
        String name = System.getProperty(PROPERTY, "one");
        try {
            return Kind.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "there is no topology %s; -D%s takes one, cluster or sentinel".formatted(name, PROPERTY), unknown);
        }
    }

    /** What a class runs on that is to run on all by default: just the one kind if the system property names one. */
    static List<Kind> everyKind() {
        return System.getProperty(PROPERTY, "one").equals("one") ? List.of(Kind.values()) : List.of(wanted());
    }

    public Kind kind() {
        return kind;
    }

    // ---- clients ----

    /** Options of a client of it, with no more than how to find it. */
    public MillraceOptions.Builder options() {
        return switch (kind) {
            case ONE -> MillraceOptions.builder(master("").url());
            case CLUSTER ->
                MillraceOptions.cluster(SharedCluster.CLUSTER.seeds().toArray(String[]::new));
            case SENTINEL ->
                MillraceOptions.sentinel(
                        SharedSentinels.TRIO.masterName(),
                        SharedSentinels.TRIO.sentinelSeeds().toArray(String[]::new));
        };
    }

    /** Options of a client that reaches the masters by these proxies only. */
    public MillraceOptions.Builder options(TestProxies proxies) {
        MillraceOptions.Builder options = switch (kind) {
            case ONE -> MillraceOptions.builder(proxies.url());
            case CLUSTER -> MillraceOptions.cluster(proxies.seeds());
            case SENTINEL -> options();
        };
        return options.addressMapping(
                announced -> new Endpoint.Tcp(announced.host(), proxies.portFor(announced.port()), announced.tls()));
    }

    /** Proxies before the masters, for {@link #options(TestProxies)}. */
    public TestProxies proxies() {
        return new TestProxies(masters());
    }

    // ---- servers ----

    /** The master that has a key. */
    public RedisServer master(String key) {
        int slot = RedisCluster.slotOf(key);
        return switch (kind) {
            case ONE -> Objects.requireNonNull(one);
            case CLUSTER ->
                SharedCluster.MASTERS.stream()
                        .filter(master -> master.slots().contains(slot))
                        .findFirst()
                        .orElseThrow()
                        .server();
            case SENTINEL -> SharedSentinels.TRIO.master();
        };
    }

    /** All masters. */
    public List<RedisServer> masters() {
        return kind == Kind.CLUSTER
                ? SharedCluster.MASTERS.stream().map(ClusterNode::server).toList()
                : List.of(master(""));
    }

    /** Asks every master, on connections of their own; the answer is the last one's. */
    public @Nullable Object ask(String... words) {
        Object answer = null;
        for (RedisServer master : masters()) {
            answer = master.ask(words);
        }
        return answer;
    }

    /** How often a command (in lower case) has run on the masters since CONFIG RESETSTAT. */
    public long calls(String command) {
        return sum("commandstats", "cmdstat_" + command, "calls=(\\d+).*");
    }

    /** The sum over all masters of a number that INFO tells, 0 where it does not. */
    public long sum(String section, String field) {
        return sum(section, field, "(\\d+)");
    }

    private long sum(String section, String field, String pattern) {
        return masters().stream()
                .map(master -> master.info(section).get(field))
                .filter(Objects::nonNull)
                .mapToLong(value -> Long.parseLong(value.replaceFirst(pattern, "$1")))
                .sum();
    }

    /** The version of the servers, for example {@code 7.0.15}. */
    public String version() {
        return masters().getFirst().version();
    }

    /** Ends what is this class's own: one server, or what no other class runs on. */
    @Override
    public void close() {
        if (one != null) {
            one.close();
        } else if (kind != wanted() && kind == Kind.CLUSTER) {
            SharedCluster.CLUSTER.close();
        } else if (kind != wanted()) {
            SharedSentinels.TRIO.close();
        }
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " " + masters();
    }
}
