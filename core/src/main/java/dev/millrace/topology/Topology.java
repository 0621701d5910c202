package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.connection.Node;
import java.util.List;

/**
 * Chooses the node for a command. One server, Sentinel and Cluster each implement it; what is above does not know
 * which it has. Implementations are thread-safe, and choosing does not block while the topology is known.
 */
public interface Topology extends AutoCloseable {
    /** The node that serves the command's keys; any master for a command without keys. */
    Node nodeFor(Command<?> command);

    /** Every master, in no particular order. */
    List<Node> masters();

    /** Closes every node. */
    @Override
    void close();
}
