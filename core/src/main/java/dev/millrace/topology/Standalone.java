package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.connection.ConnectionOptions;
import dev.millrace.connection.Node;
import dev.millrace.metrics.ClientListener;
import java.util.List;

/** One server: every command goes to it. Immutable. */
public final class Standalone implements Topology {
    private final Node node;

    /** A topology of the server that the options name; nothing is connected yet. */
    public Standalone(ConnectionOptions options, ClientListener listener) {
        this.node = new Node(options, listener);
    }

    @Override
    public Node nodeFor(Command<?> command) {
        return node;
    }

    @Override
    public List<Node> masters() {
        return List.of(node);
    }

    @Override
    public void close() {
        node.close();
    }
}
