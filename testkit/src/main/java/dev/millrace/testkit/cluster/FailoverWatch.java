package dev.millrace.testkit.cluster;

import dev.millrace.testkit.Await;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Times how the slots of one master pass to another node.
 *
 * <p>Confined to the thread that uses it.
 */
final class FailoverWatch {

    /** After five seconds the server gives a failover up that it was asked for. */
    private static final Duration MANUAL_FAILOVER = Duration.ofSeconds(6);

    private final Survey survey;
    private final List<ClusterNode> nodes;
    private final ClusterNode former;
    private final BitSet slots;
    private final long startedNanos;

    FailoverWatch(Survey survey, List<ClusterNode> nodes, ClusterNode former, BitSet slots, long startedNanos) {
        this.survey = survey;
        this.nodes = nodes;
        this.former = former;
        this.slots = slots;
        this.startedNanos = startedNanos;
    }

    /**
     * Returns when all nodes that are up know the successor.
     *
     * @throws AssertionError if they don't by the deadline, counted from now
     */
    ClusterFailover await(Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        AtomicReference<@Nullable ClusterNode> successor = new AtomicReference<>();
        Await.until(
                deadline,
                () -> {
                    successor.set(successor());
                    return successor.get() != null;
                },
                () -> "nobody took over the %d slots of %s".formatted(slots.cardinality(), former));
        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
        ClusterNode found = successor.get();
        if (found == null) {
            throw new AssertionError("awaited and lost");
        }
        Await.until(
                Duration.ofNanos(Math.max(0, end - System.nanoTime())),
                () -> isKnownToAll(found),
                () -> "%s took over from %s, but not all nodes have heard of it".formatted(found, former));
        return new ClusterFailover(former, found, took, Duration.ofNanos(System.nanoTime() - startedNanos));
    }

    /**
     * Asks a replica to take over, and returns when all nodes that are up know it.
     *
     * @throws AssertionError if they don't by the deadline
     */
    ClusterFailover demand(ClusterNode replica, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            survey.ask(replica, "CLUSTER", "FAILOVER");
            Duration left = Duration.ofNanos(end - System.nanoTime());
            boolean last = left.compareTo(MANUAL_FAILOVER) <= 0;
            try {
                return await(last ? left : MANUAL_FAILOVER);
            } catch (AssertionError notYet) {
                // The server gives up silently, for example while the replica lags; asked again, it tries again.
                if (last) {
                    throw notYet;
                }
                if (!isReplica(replica)) { // it has taken over by now, and the others have yet to agree
                    return await(Duration.ofNanos(end - System.nanoTime()));
                }
            }
        }
    }

    /** The other node that serves all the slots and says so itself; null while there is none. */
    @Nullable
    ClusterNode successor() {
        for (ClusterNode node : nodes) {
            ClusterView view = node == former ? null : survey.view(node);
            if (view != null && holdsAll(view.myself()) && isOk(node)) {
                return node;
            }
        }
        return null;
    }

    private boolean isKnownToAll(ClusterNode successor) {
        for (ClusterNode node : nodes) {
            if (node.isUp()) {
                ClusterView view = survey.view(node);
                NodeLine seen = view == null ? null : view.of(successor.id());
                if (seen == null || !holdsAll(seen) || !isOk(node)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean holdsAll(NodeLine line) {
        BitSet missing = (BitSet) slots.clone();
        missing.andNot(line.slots());
        return line.isMaster() && missing.isEmpty();
    }

    private boolean isReplica(ClusterNode node) {
        ClusterView view = survey.view(node);
        return view != null && view.myself().isReplica();
    }

    private boolean isOk(ClusterNode node) {
        String info = survey.textOrNull(node, "CLUSTER", "INFO");
        return info != null && info.lines().anyMatch("cluster_state:ok"::equals);
    }
}
