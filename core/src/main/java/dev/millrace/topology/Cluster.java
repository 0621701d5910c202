package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.Misuse;
import dev.millrace.command.ServerError;
import dev.millrace.connection.ChannelKind;
import dev.millrace.connection.ConnectionOptions;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Node;
import dev.millrace.connection.Unit;
import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.Statistics;
import dev.millrace.metrics.WireLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Redis Cluster: a command goes to the master of its keys' slot. The map of slots comes from the nodes themselves; it is
 * read anew when one sends a command away, when a connection is lost, and now and then, by {@link Discovery}.
 *
 * <p>Lock-free where commands pass: the map is published as a whole, and corrected slot by slot.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the map is volatile, its slots atomic
public final class Cluster implements Topology {
    /** How long one node may take to say what it sees of the cluster. */
    private static final Duration LOOK_PATIENCE = Duration.ofSeconds(1);

    /** Where replicas are read, one that joins, or comes back, is to be used soon. */
    private static final Duration REPLICAS_EACH = Duration.ofSeconds(5);

    private final Deployment.Cluster deployment;
    private final NodePool pool;
    private final Discovery discovery;
    private final Duration closeTimeout;
    private final ReplicaChoice choice;
    private final LongAdder redirects = new LongAdder();
    private final boolean replicasWanted;
    private volatile @Nullable SlotMap map;
    private volatile Runnable changed = () -> {};

    /** Confined to the thread that looks. */
    private String printed = "";

    /** A cluster that is looked for when the first command comes. */
    public Cluster(
            Deployment.Cluster deployment, ConnectionOptions options, ReplicaReads reads, ClientListener listener) {
        this.deployment = deployment;
        this.pool = new NodePool(options, new LossListener(listener, this::lookAgain));
        this.choice = new ReplicaChoice(reads);
        this.closeTimeout = options.timeouts().close();
        this.replicasWanted = choice.isWanted();
        this.discovery = new Discovery(
                "the cluster",
                this::look,
                replicasWanted ? deployment.refresh().atLeastEach(REPLICAS_EACH) : deployment.refresh(),
                options.reconnection().patience(),
                4 * options.limits().queuedCalls());
    }

    private void lookAgain() {
        if (discovery.isKnown()) { // before, each look is followed by another anyway
            discovery.request();
        }
    }

    // ---- choosing ----

    @Override
    public @Nullable Node nodeFor(Command<?> command, long deadline) {
        return choose(command, deadline, replicasWanted && ReplicaChoice.mayAnswer(command));
    }

    @Override
    public @Nullable Node masterFor(Command<?> command, long deadline) {
        return choose(command, deadline, false);
    }

    private @Nullable Node choose(Command<?> command, long deadline, boolean replicaAllowed) {
        if (!discovery.isOpen()) {
            discovery.await(deadline);
        }
        SlotMap current = Objects.requireNonNull(map);
        int slot = KeySlot.of(command);
        if (slot >= 0) {
            Shard shard = current.at(slot);
            if (shard == null) {
                return anyMaster(current, command); // it answers CLUSTERDOWN, and there may be an owner by then
            }
            return replicaAllowed ? choice.of(shard) : shard.master();
        }
        if (slot == KeySlot.SEVERAL) {
            if (command.verb().merge() == null) {
                throw severalSlots(command.toString(), slots(command)).raised();
            }
            return null;
        }
        return command.verb().concernsEveryMaster() ? null : anyMaster(current, command);
    }

    /** By what the command is about, so that one caller's messages to one channel keep their order. */
    private static Node anyMaster(SlotMap current, Command<?> command) {
        List<Shard> shards = current.shards();
        boolean published = command.verb().name().equals("PUBLISH") && command.argumentCount() > 0;
        int which = published ? KeySlot.of(command.argument(0)) : 0;
        return shards.get(which % shards.size()).master();
    }

    private static Set<Integer> slots(Command<?> command) {
        Set<Integer> slots = new TreeSet<>();
        for (int i = 0; i < command.keyCount(); i++) {
            slots.add(KeySlot.of(command.key(i)));
        }
        return slots;
    }

    private static Misuse severalSlots(String what, Set<Integer> slots) {
        return new Misuse(what + " was not sent: its keys are of " + slots.size() + " slots (" + few(slots)
                + "), and a cluster can't run it; give the keys a common part in braces, as in {user:42}:name");
    }

    private static String few(Set<Integer> slots) {
        List<Integer> first = slots.stream().limit(8).toList();
        return String.join(", ", first.stream().map(String::valueOf).toList()) + (slots.size() > 8 ? ", …" : "");
    }

    @Override
    public List<Part> parts(Command<?> command, long deadline) {
        List<Part> parts = new ArrayList<>();
        if (command.verb().concernsEveryMaster()) {
            for (Node master : masters(deadline)) {
                parts.add(new Part(command, new int[0], master));
            }
            return parts;
        }
        Map<Integer, List<Integer>> bySlot = new LinkedHashMap<>();
        for (int i = 0; i < command.keyCount(); i++) {
            bySlot.computeIfAbsent(KeySlot.of(command.key(i)), slot -> new ArrayList<>())
                    .add(i);
        }
        for (List<Integer> keys : bySlot.values()) {
            int[] positions = keys.stream().mapToInt(Integer::intValue).toArray();
            parts.add(new Part(command.part(positions), positions, null));
        }
        return parts;
    }

    @Override
    public Command<?> routed(Unit transaction, long deadline) {
        Command<?> routed = transaction.command(0);
        Set<Integer> slots = new TreeSet<>();
        for (int i = 0; i < transaction.size(); i++) {
            Command<?> command = transaction.command(i);
            if (command.keyCount() > 0) {
                routed = command;
                slots.addAll(slots(command));
            }
        }
        if (slots.size() > 1) {
            throw severalSlots("the transaction", slots).raised();
        }
        return routed;
    }

    @Override
    public List<Node> masters(long deadline) {
        discovery.await(deadline);
        return Objects.requireNonNull(map).shards().stream().map(Shard::master).toList();
    }

    /** A message to a plain channel reaches every node, so the channel stays where it is; a shard channel has a slot. */
    @Override
    public Node nodeForChannels(ChannelKind kind, List<String> channels, @Nullable Node current, long deadline) {
        List<Node> masters = masters(deadline);
        if (kind == ChannelKind.SHARD) {
            Shard owner = Objects.requireNonNull(map).at(slotOf(channels));
            return owner == null ? masters.getFirst() : owner.master();
        }
        if (current != null
                && masters.contains(current)
                && !current.subscriber().isDown()) {
            return current;
        }
        return masters.stream()
                .filter(master -> !master.subscriber().isDown())
                .findFirst()
                .orElse(current != null && masters.contains(current) ? current : masters.getFirst());
    }

    private static int slotOf(List<String> channels) {
        Set<Integer> slots = new TreeSet<>();
        channels.forEach(channel -> slots.add(KeySlot.of(channel)));
        if (slots.size() > 1) {
            throw new Misuse("SSUBSCRIBE of " + channels.size() + " channels was not sent: they are of " + slots.size()
                            + " slots (" + few(slots) + "), which may be at different nodes; subscribe to those of each"
                            + " slot by themselves, or give them a common part in braces, as in {news}:sport")
                    .raised();
        }
        return slots.iterator().next();
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
    public @Nullable Node masterOf(int slot, long deadline) {
        SlotMap current = map;
        if (current == null) {
            discovery.await(deadline);
            current = Objects.requireNonNull(map);
        }
        Shard shard = current.at(slot);
        return shard == null ? null : shard.master();
    }

    @Override
    public boolean whenKnown(Runnable action, long deadline) {
        return discovery.whenKnown(action, deadline);
    }

    // ---- learning ----

    @Override
    public @Nullable Node moved(ServerError.Moved answer, Node from) {
        Redirect redirect = redirect(answer, from);
        SlotMap current = map;
        if (redirect == null || current == null) {
            return null;
        }
        Shard owner = current.at(redirect.slot());
        Node master = pool.at(redirect.to(), false);
        if (owner == null || owner.master() != master) {
            current.correct(
                    redirect.slot(),
                    current.shards().stream()
                            .filter(shard -> shard.master() == master)
                            .findFirst()
                            .orElseGet(() -> new Shard(master, List.of())));
            changed.run();
            discovery.request();
        }
        return master;
    }

    @Override
    public @Nullable Node asked(ServerError.Ask answer, Node from) {
        Redirect redirect = redirect(answer, from);
        return redirect == null ? null : pool.at(redirect.to(), false);
    }

    private @Nullable Redirect redirect(ServerError answer, Node from) {
        redirects.increment();
        Redirect redirect = Redirect.of(answer, (Endpoint.Tcp) from.endpoint());
        return redirect == null ? null : new Redirect(redirect.slot(), mapped(redirect.to()));
    }

    @Override
    public boolean suspect(Node node) {
        discovery.request();
        return true;
    }

    private @Nullable String look() throws InterruptedException {
        ClusterLook look = new ClusterLook(LOOK_PATIENCE);
        ClusterView view = look.of(sources());
        if (view == null) {
            return look.failure();
        }
        map = map(view);
        return null;
    }

    /** The masters in any order, then their replicas, then the seeds: these may be names that lead elsewhere by now. */
    private List<ClusterLook.Source> sources() {
        Map<Endpoint.Tcp, ClusterLook.Source> sources = new LinkedHashMap<>();
        SlotMap current = map;
        if (current != null) {
            List<Shard> shards = new ArrayList<>(current.shards());
            Collections.shuffle(shards);
            shards.forEach(shard -> addSource(sources, shard.master()));
            shards.forEach(shard -> shard.replicas().forEach(replica -> addSource(sources, replica)));
        }
        for (Endpoint.Tcp seed : deployment.seeds()) {
            sources.computeIfAbsent(seed, endpoint -> new ClusterLook.Source(endpoint, () -> pool.at(endpoint, false)));
        }
        return List.copyOf(sources.values());
    }

    private static void addSource(Map<Endpoint.Tcp, ClusterLook.Source> sources, Node node) {
        Endpoint.Tcp endpoint = (Endpoint.Tcp) node.endpoint();
        sources.putIfAbsent(endpoint, new ClusterLook.Source(endpoint, () -> node));
    }

    /** The map of a view, its nodes those there are already where the addresses are the same. */
    private SlotMap map(ClusterView view) {
        Map<Endpoint.Tcp, Shard> shards = new TreeMap<>(Comparator.comparing(Endpoint.Tcp::name));
        Map<ClusterView.Range, Shard> owners = new HashMap<>();
        Set<Node> wanted = new HashSet<>();
        for (ClusterView.Range range : view.ranges()) {
            Shard shard = shards.computeIfAbsent(
                    mapped(range.master()), address -> new Shard(pool.at(address, false), replicas(range)));
            owners.put(range, shard);
            wanted.add(shard.master());
            wanted.addAll(shard.replicas());
        }
        SlotMap next = new SlotMap(List.copyOf(shards.values()));
        owners.forEach((range, shard) -> next.assign(range.from(), range.to(), shard));
        choice.watch(next.shards());
        map = next; // before the nodes that are gone are closed: what they refuse finds its way by it
        changed.run();
        pool.retain(wanted);
        print(next);
        return next;
    }

    /** To the wire log, where it is another than before. */
    private void print(SlotMap next) {
        String masters =
                next.shards().stream().map(shard -> shard.master().name()).collect(Collectors.joining(", "));
        if (!masters.equals(printed)) {
            printed = masters;
            WireLog.connection("cluster", "masters are " + masters);
        }
    }

    private List<Node> replicas(ClusterView.Range range) {
        return replicasWanted
                ? range.replicas().stream()
                        .map(address -> pool.at(mapped(address), true))
                        .toList()
                : List.of();
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

    @Override
    public Statistics statistics() {
        return pool.statistics();
    }

    @Override
    public RoutingStatistics routing() {
        return new RoutingStatistics(discovery.looks(), redirects.sum(), choice.replicaReads());
    }

    @Override
    public void close() {
        discovery.close(closeTimeout);
        choice.close();
        pool.close();
    }
}
