package dev.millrace.testkit.cluster;

import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.RedisServer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One server of a {@link RedisCluster}. What it answers of itself (role, slots) it is asked anew each time.
 *
 * <p>Thread-safe.
 */
public final class ClusterNode {

    private static final Pattern CALLS = Pattern.compile("calls=(\\d+)");

    private final int number;
    private final RedisServer server;
    private final String id;
    private final boolean tls;
    private final @Nullable FaultProxy proxy;
    private volatile @Nullable Outage lastOutage;

    /** When a node was killed or paused, and what it served then. */
    record Outage(long sinceNanos, BitSet slots) {}

    ClusterNode(int number, RedisServer server, boolean tls, @Nullable FaultProxy proxy) {
        this.number = number;
        this.server = server;
        this.id = String.valueOf(server.ask("CLUSTER", "MYID"));
        this.tls = tls;
        this.proxy = proxy;
    }

    /** Counts the nodes of a cluster from 0, in the order in which they were started. */
    public int number() {
        return number;
    }

    /** The 40 hexadecimal digits the cluster knows it by; a restart keeps them. */
    public String id() {
        return id;
    }

    /** The server itself. Kill and pause it here rather than there, so that failovers are timed from that moment. */
    public RedisServer server() {
        return server;
    }

    /**
     * The proxy clients reach the node by.
     *
     * @throws IllegalStateException if the cluster was built without {@code proxies}
     */
    public FaultProxy proxy() {
        FaultProxy present = proxy;
        if (present == null) {
            throw new IllegalStateException("this node has no proxy; build the cluster with proxies()");
        }
        return present;
    }

    /** The port the cluster announces to clients: of the proxy where there is one, the TLS port where TLS is on. */
    public int port() {
        FaultProxy present = proxy;
        return present != null ? present.port() : boundPort();
    }

    /** {@code 127.0.0.1:PORT} as announced. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /** {@code redis://127.0.0.1:PORT}, or {@code rediss://} where TLS is on, without credentials. */
    public String url() {
        return (tls ? "rediss://" : "redis://") + address();
    }

    /** The port that other nodes replicate from and migrate keys to. */
    int boundPort() {
        return tls ? server.tlsPort() : server.port();
    }

    /** Whether the process is there and not paused. */
    public boolean isUp() {
        return server.isRunning() && !server.isPaused();
    }

    /**
     * Whether the node takes itself for a master.
     *
     * @throws IllegalStateException if it does not answer
     */
    public boolean isMaster() {
        return view().myself().isMaster();
    }

    /**
     * The slots the node says it serves, ascending; none of a replica.
     *
     * @throws IllegalStateException if it does not answer
     */
    public List<Integer> slots() {
        return view().myself().slots().stream().boxed().toList();
    }

    /**
     * Asks this node something, as {@link RedisServer#ask}. Redirections come as the errors they are.
     *
     * @throws dev.millrace.testkit.ErrorReplyException if it answers with an error, MOVED and ASK among them
     * @throws IllegalStateException if it does not answer within 10 seconds
     */
    public @Nullable Object ask(String... words) {
        return server.ask(words);
    }

    /** A section of INFO, as {@link RedisServer#info}. */
    public Map<String, String> info(String section) {
        return server.info(section);
    }

    /** How often the node has run a command (in lower case, subcommands as {@code cluster|slots}) since it started. */
    public long calls(String command) {
        String statistics = info("commandstats").getOrDefault("cmdstat_" + command, "");
        Matcher calls = CALLS.matcher(statistics);
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    /** Stops the process where it stands (SIGSTOP). */
    public void pause() {
        lastOutage = outage();
        server.pause();
    }

    /** Lets a paused process go on (SIGCONT). */
    public void resume() {
        server.resume();
    }

    /** Ends the process as a crash would (kill -9). Returns when it is gone. */
    public void kill() {
        lastOutage = outage();
        server.kill();
    }

    /**
     * Starts the node again on the same ports, with what it knew of the cluster. Returns when it answers; {@link
     * RedisCluster#awaitSettled} waits until the others have it back.
     */
    public void restart() {
        server.restart();
    }

    @Nullable
    Outage lastOutage() {
        return lastOutage;
    }

    ClusterView view() {
        return ClusterView.parse(String.valueOf(ask("CLUSTER", "NODES")));
    }

    private @Nullable Outage outage() {
        try (Survey survey = new Survey()) {
            ClusterView view = survey.view(this);
            return view == null
                    ? null
                    : new Outage(System.nanoTime(), view.myself().slots());
        }
    }

    void close() {
        FaultProxy present = proxy;
        if (present != null) {
            present.close();
        }
        server.close();
    }

    @Override
    public String toString() {
        return "node %d (%s, id %s)".formatted(number, address(), id.substring(0, 8));
    }
}
