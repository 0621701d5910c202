package dev.millrace.testkit.cluster;

import dev.millrace.testkit.ServerStartException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real server processes on 127.0.0.1, by default three masters with a replica each, and what happens to
 * clusters: failover, resharding, nodes that die, freeze, come and go.
 *
 * <p>Who is master of what is asked of the nodes each time, never remembered, so it is right after a failover the
 * cluster made by itself. Operations return when the cluster has done what was asked, and fail with an AssertionError
 * that says what was missing if it has not by the deadline.
 *
 * <p>All nodes end with {@link #close()}, and with the JVM however that ends. Thread-safe: resharding, for example, may
 * run on a thread of its own. A failover of one of the two masters meanwhile ends it with an error, as it would end any
 * other program's.
 */
public final class RedisCluster implements AutoCloseable {

    /** How many slots a cluster has. */
    public static final int SLOTS = HashSlot.COUNT;

    private final ClusterOptions options;
    private final NodeLauncher launcher;
    private final List<ClusterNode> nodes = new CopyOnWriteArrayList<>();
    private final AtomicInteger numbers;

    private RedisCluster(ClusterOptions options) {
        this.options = options;
        this.launcher = new NodeLauncher(options);
        int count = options.masters() * (1 + options.replicasPerMaster());
        this.numbers = new AtomicInteger(count);
        this.nodes.addAll(launcher.launchAll(count));
    }

    /**
     * Starts a cluster with the defaults.
     *
     * @throws ServerStartException as {@link RedisClusterBuilder#start}
     */
    public static RedisCluster start() {
        return builder().start();
    }

    static RedisCluster start(ClusterOptions options) {
        RedisCluster cluster = new RedisCluster(options);
        try (Survey survey = new Survey()) {
            new Formation(survey, options.deadline()).form(cluster.nodes, options.masters());
            Agreement.await(survey, cluster.nodes, options.deadline());
            return cluster;
        } catch (RuntimeException | Error failed) {
            cluster.close();
            throw new ServerStartException("no cluster came of it: " + failed.getMessage(), failed);
        }
    }

    public static RedisClusterBuilder builder() {
        return new RedisClusterBuilder();
    }

    /** The slot of a key, by its hash tag where it has one. */
    public static int slotOf(String key) {
        return HashSlot.of(key);
    }

    /** The slot of a key of any bytes. */
    public static int slotOf(byte[] key) {
        return HashSlot.of(key);
    }

    /** All nodes, those that are down too, in the order in which they were started. */
    public List<ClusterNode> nodes() {
        return List.copyOf(nodes);
    }

    /**
     * The masters: those that are up, with or without slots, and those that are down but whose slots nobody has taken
     * over yet.
     */
    public List<ClusterNode> masters() {
        return looking(Picture::masters);
    }

    public List<ClusterNode> replicas() {
        return looking(Picture::replicas);
    }

    public List<ClusterNode> replicasOf(ClusterNode master) {
        return looking(picture -> picture.replicasOf(master));
    }

    /**
     * The master that is responsible for a key's slot, be it up or not.
     *
     * @throws IllegalStateException if nobody is
     */
    public ClusterNode masterOf(String key) {
        return masterOf(slotOf(key));
    }

    /**
     * The master that is responsible for a slot, be it up or not.
     *
     * @throws IllegalArgumentException if there is no such slot
     * @throws IllegalStateException if nobody is
     */
    public ClusterNode masterOf(int slot) {
        HashSlot.validated(slot);
        return looking(picture -> {
            ClusterNode owner = picture.ownerOf(slot);
            if (owner == null) {
                throw new IllegalStateException("no node serves slot %d".formatted(slot));
            }
            return owner;
        });
    }

    /** The announced URLs of all nodes, without credentials: a client may start from any of them. */
    public List<String> urls() {
        return nodes.stream().map(ClusterNode::url).toList();
    }

    /** {@code 127.0.0.1:PORT} of all nodes, as announced. */
    public List<String> seeds() {
        return nodes.stream().map(ClusterNode::address).toList();
    }

    /** How often a command (in lower case) has run on the nodes that are masters now and up. */
    public long calls(String command) {
        return masters().stream()
                .filter(ClusterNode::isUp)
                .mapToLong(master -> master.calls(command))
                .sum();
    }

    /** How often the nodes that are up sent clients elsewhere. */
    public Redirects redirects() {
        List<ClusterNode> up = nodes.stream().filter(ClusterNode::isUp).toList();
        return new Redirects(errors(up, "MOVED"), errors(up, "ASK"));
    }

    /**
     * Returns when the cluster is at rest: all nodes that are up see the same masters, slots and replicas, report {@code
     * cluster_state:ok}, and the replicas are in sync. A slot that a master has forgotten while all others still send
     * clients there (Redis 7.0.9 and later, after a failover at a bad moment) is given back to it.
     *
     * @throws AssertionError if it is not by the deadline
     */
    public void awaitSettled() {
        try (Survey survey = new Survey()) {
            Agreement.await(survey, nodes, options.deadline());
        }
    }

    /**
     * Makes a replica the master in its master's place (CLUSTER FAILOVER) and returns when all nodes know; no
     * acknowledged write is lost by it. The former master becomes its replica.
     *
     * @throws AssertionError if it has not happened by the deadline
     * @throws IllegalArgumentException if the node is no replica, or of a master without slots
     */
    public ClusterFailover failOver(ClusterNode replica) {
        try (Survey survey = new Survey()) {
            Picture picture = Picture.take(survey, nodes);
            ClusterNode master = picture.byId(picture.claim(replica).masterId());
            if (master == null) {
                throw new IllegalArgumentException(replica + " is no replica, so it can't take over");
            }
            BitSet slots = picture.claim(master).slots();
            if (slots.isEmpty()) {
                throw new IllegalArgumentException(master + " has no slots to take over");
            }
            return new FailoverWatch(survey, nodes, master, slots, System.nanoTime())
                    .demand(replica, options.deadline());
        }
    }

    /**
     * Returns when another node has taken over all slots of a master that was killed, paused or cut off, and all nodes
     * that are up know it. Timed from {@link ClusterNode#kill} or {@link ClusterNode#pause} of that master, else from
     * now.
     *
     * @throws AssertionError if it has not happened by the deadline
     * @throws IllegalArgumentException if the node had no slots
     */
    public ClusterFailover awaitFailover(ClusterNode former) {
        return awaitFailover(former, options.deadline());
    }

    /** {@link #awaitFailover(ClusterNode)} with a deadline of its own, counted from now. */
    public ClusterFailover awaitFailover(ClusterNode former, Duration deadline) {
        try (Survey survey = new Survey()) {
            ClusterNode.Outage outage = former.lastOutage();
            boolean known = outage != null && !former.isUp();
            BitSet slots = known
                    ? Objects.requireNonNull(outage).slots()
                    : Picture.take(survey, nodes).claim(former).slots();
            if (slots.isEmpty()) {
                throw new IllegalArgumentException(former + " had no slots, so nobody takes over from it");
            }
            long started = known ? Objects.requireNonNull(outage).sinceNanos() : System.nanoTime();
            return new FailoverWatch(survey, nodes, former, slots, started).await(deadline);
        }
    }

    /**
     * Moves slots with all their keys from one master to another, one after the other, while clients may use them.
     * Returns those that moved: the lowest the master has. Takes one or two milliseconds a slot on an idle machine, on
     * Valkey ten more, because its replicas confirm each step.
     *
     * @throws IllegalArgumentException if it has fewer, or both are the same
     */
    public List<Integer> moveSlots(ClusterNode from, ClusterNode to, int count) {
        try (Survey survey = new Survey(SlotMover.PATIENCE)) {
            return new Resharding(survey, nodes, options.authentication()).move(from, to, count);
        }
    }

    /**
     * Marks a slot as on its way to another master, and leaves the next steps to the caller.
     *
     * @throws IllegalArgumentException if there is no such slot, or that master has it already
     */
    public SlotMigration beginMigration(int slot, ClusterNode to) {
        ClusterNode from = masterOf(slot);
        if (from == to) {
            throw new IllegalArgumentException("slot %d is at %s already".formatted(slot, to));
        }
        return SlotMigration.begin(new SlotMigration(slot, from, to, options.authentication(), this::masters));
    }

    /** Starts a node and joins it to the cluster as a master without slots; {@link #moveSlots} gives it some. */
    public ClusterNode addMaster() {
        return join(null);
    }

    /** Starts a node and joins it to the cluster as another replica of a master; returns when it is in sync. */
    public ClusterNode addReplica(ClusterNode master) {
        return join(master);
    }

    private <T> T looking(Function<Picture, T> look) {
        try (Survey survey = new Survey()) {
            return look.apply(Picture.take(survey, nodes));
        }
    }

    private static long errors(List<ClusterNode> nodes, String code) {
        return nodes.stream()
                .map(node -> node.info("errorstats").get("errorstat_" + code))
                .filter(Objects::nonNull)
                .mapToLong(text -> Long.parseLong(text.substring(text.indexOf('=') + 1)))
                .sum();
    }

    private ClusterNode join(@Nullable ClusterNode master) {
        ClusterNode newcomer = launcher.launch(numbers.getAndIncrement());
        try (Survey survey = new Survey()) {
            Formation formation = new Formation(survey, options.deadline());
            formation.introduce(newcomer, nodes);
            if (master != null) {
                formation.replicate(newcomer, master);
            }
            nodes.add(newcomer);
            Agreement.await(survey, nodes, options.deadline());
            return newcomer;
        } catch (RuntimeException | Error failed) {
            nodes.remove(newcomer);
            newcomer.close();
            throw failed;
        }
    }

    /**
     * Takes a node out of the cluster: its slots move to the other masters evenly, its replicas to one of them, all
     * others forget it, and it ends. A master with all its slots takes some ten seconds, see {@link #moveSlots}.
     *
     * @throws IllegalArgumentException if it is none of this cluster, or the last master
     * @throws IllegalStateException if it is down and has slots nobody has taken over
     */
    public void remove(ClusterNode leaving) {
        if (!nodes.contains(leaving)) {
            throw new IllegalArgumentException(leaving + " is none of this cluster");
        }
        try (Survey survey = new Survey(SlotMover.PATIENCE)) {
            new Departure(survey, nodes, options).leave(leaving);
            nodes.remove(leaving);
            leaving.close();
            Agreement.await(survey, nodes, options.deadline());
        }
    }

    /** Ends all nodes. Closing again does nothing. */
    @Override
    public void close() {
        nodes.forEach(ClusterNode::close);
    }

    @Override
    public String toString() {
        return "cluster of %d nodes at %s".formatted(nodes.size(), seeds());
    }
}
