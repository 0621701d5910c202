package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Role;
import dev.millrace.command.Server;
import dev.millrace.command.ServerError;
import dev.millrace.connection.ChannelKind;
import dev.millrace.connection.ConnectionOptions;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Limits;
import dev.millrace.connection.Node;
import dev.millrace.connection.Unit;
import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.Statistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A master behind Sentinels: every command goes to whoever is master now, reads to its replicas where that is allowed.
 * The Sentinels are asked when the first command comes, when they say that something changed, when a connection is lost
 * or a server says that it is no master, and now and then, by {@link Discovery}.
 *
 * <p>What most Sentinels name is asked for its role before it is used. A new master is published first and the old one's
 * connections are retired then, so that whatever they have not written finds the new one. Lock-free where commands pass.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/sentinel-clients/">Redis: guidelines for Sentinel
 *     clients</a>
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the shard is volatile, a Sentinel's nodes are confined to the thread that looks
public final class Sentinel implements Topology {
    /** How long a Sentinel may take to answer. */
    private static final Duration LOOK_PATIENCE = Duration.ofSeconds(1);

    /** How long a server may take to say that it is the master; of one that is down, the next look comes by then. */
    private static final long ROLE_NANOS = Duration.ofMillis(500).toNanos();

    /** Where replicas are read, one that joins, or comes back, is to be used soon. */
    private static final Duration REPLICAS_EACH = Duration.ofSeconds(5);

    /** A Sentinel is asked a few small questions now and then. */
    private static final Limits LIMITS = new Limits(256, 1 << 20, 16 << 20, 0, 1, 4096);

    private final Deployment.Sentinel deployment;
    private final NodePool pool;
    private final NodePool sentinels;
    private final SentinelEars ears;
    private final Discovery discovery;
    private final Duration closeTimeout;
    private final ReplicaChoice choice;
    private final boolean replicasWanted;
    private volatile @Nullable Shard shard;
    private volatile Runnable changed = () -> {};

    /** Confined to the thread that looks. */
    private Set<Endpoint.Tcp> learned = Set.of();

    /** A master that is looked for when the first command comes. */
    public Sentinel(
            Deployment.Sentinel deployment, ConnectionOptions options, ReplicaReads reads, ClientListener listener) {
        this.deployment = deployment;
        this.pool = new NodePool(options, new LossListener(listener, this::lookAgain));
        this.sentinels = new NodePool(
                new ConnectionOptions(
                        deployment.sentinels().getFirst(),
                        deployment.sentinelLogin(),
                        options.timeouts(),
                        LIMITS,
                        options.reconnection()),
                ClientListener.NONE);
        this.ears = new SentinelEars(deployment.master(), options.timeouts(), this::lookAgain, this::lookAtOnce);
        this.choice = new ReplicaChoice(reads);
        this.closeTimeout = options.timeouts().close();
        this.replicasWanted = choice.isWanted();
        this.discovery = new Discovery(
                "the master " + deployment.master(),
                this::look,
                replicasWanted ? deployment.refresh().atLeastEach(REPLICAS_EACH) : deployment.refresh(),
                options.reconnection().patience(),
                4 * options.limits().queuedCalls());
    }

    /** The old master may go on taking writes, which are lost, until it is told that it is none. */
    private void lookAtOnce() {
        if (discovery.isKnown()) {
            discovery.requestAtOnce();
        }
    }

    private void lookAgain() {
        if (discovery.isKnown()) { // before, each look is followed by another anyway
            discovery.request();
        }
    }

    // ---- choosing ----

    private Shard shard(long deadline) {
        if (!discovery.isOpen()) {
            discovery.await(deadline);
        }
        return Objects.requireNonNull(shard);
    }

    @Override
    public Node nodeFor(Command<?> command, long deadline) {
        Shard current = shard(deadline);
        return replicasWanted && ReplicaChoice.mayAnswer(command) ? choice.of(current) : current.master();
    }

    @Override
    public Node masterFor(Command<?> command, long deadline) {
        return shard(deadline).master();
    }

    @Override
    public List<Part> parts(Command<?> command, long deadline) {
        return List.of(new Part(command, new int[0], shard(deadline).master()));
    }

    @Override
    public Command<?> routed(Unit transaction, long deadline) {
        return transaction.command(0);
    }

    @Override
    public List<Node> masters(long deadline) {
        return List.of(shard(deadline).master());
    }

    @Override
    public Node nodeForChannels(ChannelKind kind, List<String> channels, @Nullable Node current, long deadline) {
        return shard(deadline).master();
    }

    @Override
    public synchronized void whenChanged(Runnable told) {
        Runnable before = changed;
        changed = () -> {
            before.run();
            told.run();
        };
    }

    @Override
    public boolean whenKnown(Runnable action, long deadline) {
        return discovery.whenKnown(action, deadline);
    }

    // ---- learning ----

    /** A node of a cluster that Sentinels watch: its answer is final. */
    @Override
    public @Nullable Node moved(ServerError.Moved answer, Node from) {
        return null;
    }

    @Override
    public @Nullable Node asked(ServerError.Ask answer, Node from) {
        return null;
    }

    @Override
    public boolean suspect(Node node) {
        discovery.request();
        return true;
    }

    private @Nullable String look() throws InterruptedException {
        SentinelVotes votes = new SentinelVotes(deployment.sentinels());
        List<SentinelLook.Source> sources = sources();
        String failure = new SentinelLook(deployment.master(), LOOK_PATIENCE, votes).ask(sources);
        if (votes.answered() > 0) {
            learn(votes);
        }
        if (failure != null) {
            return failure;
        }
        List<Endpoint.Tcp> candidates = votes.candidates();
        if (candidates.isEmpty()) {
            return "the Sentinels do not agree where it is: " + votes.describe();
        }
        for (Endpoint.Tcp candidate : candidates) {
            Node node = pool.at(mapped(candidate), false);
            failure = refusalOf(node);
            if (failure == null) {
                publish(node, votes.replicasOf(candidate));
                return null;
            }
        }
        return failure;
    }

    private List<SentinelLook.Source> sources() {
        Map<Endpoint.Tcp, SentinelLook.Source> sources = new LinkedHashMap<>();
        for (Endpoint.Tcp seed : deployment.sentinels()) {
            sources.put(seed, new SentinelLook.Source(seed, sentinels.at(seed, false)));
        }
        for (Endpoint.Tcp other : learned) {
            sources.putIfAbsent(other, new SentinelLook.Source(other, sentinels.at(mapped(other), false)));
        }
        return List.copyOf(sources.values());
    }

    private void learn(SentinelVotes votes) {
        learned = votes.learned();
        Set<Node> all = new HashSet<>();
        sources().forEach(source -> all.add(source.node()));
        ears.listenTo(all);
        sentinels.retain(all);
    }

    /** Why a server is not taken for the master, or null if it is: a Sentinel may be late, and so may the server. */
    private static @Nullable String refusalOf(Node node) {
        Object answer = node.run(Server.role(), System.nanoTime() + ROLE_NANOS);
        String named = node.name() + ", which the Sentinels name, ";
        if (answer instanceof Role.Master || answer instanceof ServerError.NoPermission) {
            return null; // a user that may not ask has to take the Sentinels' word
        }
        if (answer instanceof MillraceException failure) {
            return named + "does not say that it is the master: " + failure.getMessage();
        }
        return named + (answer instanceof Role.Replica ? "is a replica" : "is no master");
    }

    private void publish(Node master, List<Endpoint.Tcp> replicas) {
        List<Node> nodes = new ArrayList<>();
        if (replicasWanted) {
            replicas.forEach(replica -> nodes.add(pool.at(mapped(replica), false)));
        }
        nodes.remove(master);
        Shard next = new Shard(master, nodes);
        choice.watch(List.of(next));
        shard = next; // before the nodes that are gone are closed: what they refuse finds its way by it
        changed.run();
        Set<Node> wanted = new HashSet<>(nodes);
        wanted.add(master);
        pool.retain(wanted);
    }

    private Endpoint.Tcp mapped(Endpoint.Tcp announced) {
        Endpoint.Tcp reached = deployment.mapping().apply(announced);
        return new Endpoint.Tcp(reached.host(), reached.port(), announced.tls());
    }

    // ---- state ----

    @Override
    public boolean isReplica(Node node) {
        return choice.isReplica(node);
    }

    @Override
    public long deadlineAt(Node node, long deadline) {
        return replicasWanted ? choice.deadlineAt(node, deadline) : deadline;
    }

    /** Of the servers; the Sentinels have no part in it. */
    @Override
    public Statistics statistics() {
        return pool.statistics();
    }

    @Override
    public RoutingStatistics routing() {
        return new RoutingStatistics(discovery.looks(), 0, choice.replicaReads());
    }

    @Override
    public void close() {
        discovery.close(closeTimeout);
        choice.close();
        sentinels.close();
        ears.close();
        pool.close();
    }
}
