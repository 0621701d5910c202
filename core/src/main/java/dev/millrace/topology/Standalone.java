package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.command.ServerError;
import dev.millrace.connection.ChannelKind;
import dev.millrace.connection.ConnectionOptions;
import dev.millrace.connection.Node;
import dev.millrace.connection.Unit;
import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.Statistics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One server: every command goes to it. Immutable. */
public final class Standalone implements Topology {
    private final Node node;

    /** A topology of the server that the options name; nothing is connected yet. */
    public Standalone(ConnectionOptions options, ClientListener listener) {
        this.node = new Node(options, listener);
    }

    @Override
    public Node nodeFor(Command<?> command, long deadline) {
        return node;
    }

    @Override
    public Node masterFor(Command<?> command, long deadline) {
        return node;
    }

    @Override
    public List<Part> parts(Command<?> command, long deadline) {
        return List.of(new Part(command, new int[0], node));
    }

    @Override
    public Command<?> routed(Unit transaction, long deadline) {
        return transaction.command(0);
    }

    @Override
    public List<Node> masters(long deadline) {
        return List.of(node);
    }

    @Override
    public boolean whenKnown(Runnable action, long deadline) {
        return false;
    }

    @Override
    public Node nodeForChannels(ChannelKind kind, List<String> channels, @Nullable Node current, long deadline) {
        return node;
    }

    /** It never does. */
    @Override
    public void whenChanged(Runnable changed) {}

    /** A server that is a node of a cluster after all: its answer is final. */
    @Override
    public @Nullable Node moved(ServerError.Moved answer, Node from) {
        return null;
    }

    @Override
    public @Nullable Node asked(ServerError.Ask answer, Node from) {
        return null;
    }

    @Override
    public boolean suspect(Node suspected) {
        return false;
    }

    @Override
    public boolean isReplica(Node asked) {
        return false;
    }

    @Override
    public long deadlineAt(Node asked, long deadline) {
        return deadline;
    }

    @Override
    public Statistics statistics() {
        return node.statistics();
    }

    @Override
    public RoutingStatistics routing() {
        return RoutingStatistics.NONE;
    }

    @Override
    public void close() {
        node.close();
    }
}
