package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.connection.ChannelRouting;
import dev.millrace.connection.Node;
import dev.millrace.connection.Unit;
import dev.millrace.metrics.Statistics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the node for a command. One server, Sentinel and Cluster each implement it; what is above does not know
 * which it has. Implementations are thread-safe. Choosing does not block while the topology is known; before, it waits
 * for the first look, up to the deadline.
 */
public interface Topology extends ChannelRouting, AutoCloseable {
    /**
     * The node for a command: the master that serves its keys, or a replica of it where the command and the options
     * allow that; for a command without keys, any master. Null for a command that {@linkplain #parts has parts}.
     *
     * @throws MillraceException if the keys are of several slots and the command can't be divided, or no node is known
     *     by the deadline
     */
    @Nullable
    Node nodeFor(Command<?> command, long deadline);

    /** As {@link #nodeFor}, never a replica; what has failed once is tried again here. */
    @Nullable
    Node masterFor(Command<?> command, long deadline);

    /** What a command becomes that concerns several nodes. */
    List<Part> parts(Command<?> command, long deadline);

    /**
     * The command of a transaction that decides where it goes.
     *
     * @throws MillraceException if its keys are of several slots
     */
    Command<?> routed(Unit transaction, long deadline);

    /** Every master, in a stable order. @throws MillraceException if none is known by the deadline */
    List<Node> masters(long deadline);

    /**
     * The master that serves a slot now, or null where nobody does.
     *
     * @throws MillraceException if no master is known by the deadline
     */
    default @Nullable Node masterOf(int slot, long deadline) {
        return masters(deadline).getFirst();
    }

    /**
     * Runs what needs the topology as soon as it is known, or once the deadline has passed; in the order it was given, on
     * another thread.
     *
     * @return false, and nothing is run, when it is known already
     */
    boolean whenKnown(Runnable action, long deadline);

    /** Where a command goes that a node sent away for good, or null; learns the slot's new owner. */
    @Override
    @Nullable
    Node moved(ServerError.Moved answer, Node from);

    /** Where a command goes that a node sent away for this once, with ASKING before it; or null. */
    @Nullable
    Node asked(ServerError.Ask answer, Node from);

    /**
     * A node failed, or answered as if it were not what it is taken for: the topology is looked at again soon. Returns
     * at once.
     *
     * @return whether another node may take its place
     */
    @Override
    boolean suspect(Node node);

    /** Whether a node is taken for a replica now. */
    boolean isReplica(Node node);

    /** By when a node has to answer: a replica sooner than the call's deadline, so that the master can be asked still. */
    long deadlineAt(Node node, long deadline);

    /** The counters of every node, those that are gone included. */
    Statistics statistics();

    /** What routing has cost. */
    RoutingStatistics routing();

    /** Closes every node. */
    @Override
    void close();
}
