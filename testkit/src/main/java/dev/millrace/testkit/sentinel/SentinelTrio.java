package dev.millrace.testkit.sentinel;

import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.ServerStartException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A master, by default with two replicas, and three Sentinels that watch them: real server processes on 127.0.0.1.
 *
 * <p>All of them are {@link RedisServer}s, to be paused, killed and restarted as such; what Sentinels write into
 * configurations survives a restart. Who is master is asked of the Sentinels each time, never remembered. Operations
 * return when the Sentinels have done what was asked, and fail with an AssertionError that says what was missing if
 * they have not by the deadline.
 *
 * <p>Where the server knows how (Redis 7.0 and newer), the Sentinels look around every second or more often, so that
 * tests don't wait out their usual 2 and 10 seconds.
 *
 * <p>All end with {@link #close()}, and with the JVM however that ends. Thread-safe.
 */
public final class SentinelTrio implements AutoCloseable {

    /** How many Sentinels there are. */
    public static final int SENTINELS = 3;

    private final SentinelOptions options;
    private final TrioLauncher launcher;
    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();
    private volatile @Nullable Outage lastOutage;

    private record Outage(RedisServer master, long sinceNanos) {}

    private SentinelTrio(SentinelOptions options) {
        this.options = options;
        this.launcher = new TrioLauncher(options);
    }

    /**
     * Starts a group with the defaults.
     *
     * @throws ServerStartException as {@link SentinelTrioBuilder#start}
     */
    public static SentinelTrio start() {
        return builder().start();
    }

    static SentinelTrio start(SentinelOptions options) {
        SentinelTrio trio = new SentinelTrio(options);
        try {
            trio.bringUp();
            return trio;
        } catch (RuntimeException | Error failed) {
            trio.close();
            throw failed instanceof ServerStartException refused
                    ? refused
                    : new ServerStartException("the Sentinels don't watch: " + failed.getMessage(), failed);
        }
    }

    public static SentinelTrioBuilder builder() {
        return new SentinelTrioBuilder();
    }

    private void bringUp() {
        RedisServer master = launcher.master();
        servers.add(master);
        servers.addAll(launcher.replicas(master));
        Harmony harmony = harmony();
        harmony.awaitReplicas(master, options.deadline());
        sentinels.addAll(launcher.sentinels(master));
        awaitSettled();
    }

    /** The name the Sentinels know the master by. */
    public String masterName() {
        return options.masterName();
    }

    /**
     * The server the Sentinels name as master, by the newest of what they say; be it up or not.
     *
     * @throws IllegalStateException if no Sentinel answers
     */
    public RedisServer master() {
        return harmony().master();
    }

    /** All servers but the {@link #master}, a former master among them; be they up or not. */
    public List<RedisServer> replicas() {
        RedisServer master = master();
        return servers.stream().filter(server -> server != master).toList();
    }

    /** The master and its replicas in the order in which they were started, be they up or not. */
    public List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    /** The three Sentinels, be they up or not. */
    public List<RedisServer> sentinels() {
        return List.copyOf(sentinels);
    }

    /** {@code 127.0.0.1:PORT} of the Sentinels; the TLS port where {@link SentinelTrioBuilder#tls} is on. */
    public List<String> sentinelSeeds() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + launcher.port(sentinel))
                .toList();
    }

    /**
     * Returns when all Sentinels that are up name the same master, know each other and all replicas that are up, and
     * those are in sync with it.
     *
     * @throws AssertionError if that is not so by the deadline
     */
    public void awaitSettled() {
        sentinels.stream().filter(SentinelView::isUp).forEach(Pace::quicken);
        harmony().await(options.deadline());
    }

    /**
     * Makes the Sentinels put a replica in the master's place (SENTINEL FAILOVER) and returns when all of them name it.
     * Writes the master acknowledged meanwhile may be lost: it is not asked to wait.
     *
     * @throws AssertionError if it has not happened by the deadline
     * @throws IllegalStateException if no Sentinel is up
     */
    public SentinelFailover failOver() {
        RedisServer former = master();
        RedisServer sentinel = sentinels.stream()
                .filter(SentinelView::isUp)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no Sentinel is up"));
        return harmony().demandFailover(sentinel, former, options.deadline());
    }

    /** Ends the master as a crash would (kill -9) and returns it. {@link #awaitFailover} then waits for another. */
    public RedisServer killMaster() {
        RedisServer master = master();
        lastOutage = new Outage(master, System.nanoTime());
        master.kill();
        return master;
    }

    /** Stops the master where it stands (SIGSTOP) and returns it. {@link #awaitFailover} then waits for another. */
    public RedisServer pauseMaster() {
        RedisServer master = master();
        lastOutage = new Outage(master, System.nanoTime());
        master.pause();
        return master;
    }

    /**
     * Returns when all Sentinels that are up name another master than this. Timed from {@link #killMaster} or {@link
     * #pauseMaster}, else from now.
     *
     * @throws AssertionError if that is not so by the deadline
     */
    public SentinelFailover awaitFailover(RedisServer former) {
        return awaitFailover(former, options.deadline());
    }

    /** {@link #awaitFailover(RedisServer)} with a deadline of its own, counted from now. */
    public SentinelFailover awaitFailover(RedisServer former, Duration deadline) {
        Outage outage = lastOutage;
        boolean known = outage != null && outage.master() == former && !SentinelView.isUp(former);
        long started = known && outage != null ? outage.sinceNanos() : System.nanoTime();
        return harmony().awaitFailover(former, started, deadline);
    }

    private Harmony harmony() {
        return new Harmony(options.masterName(), launcher, servers, sentinels);
    }

    /** Ends all six. Closing again does nothing. */
    @Override
    public void close() {
        Stream.concat(sentinels.stream(), servers.stream()).forEach(RedisServer::close);
    }

    @Override
    public String toString() {
        return "master %s with %d replicas behind Sentinels at %s"
                .formatted(masterName(), servers.size() - 1, sentinelSeeds());
    }
}
