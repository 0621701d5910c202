package dev.millrace.connection;

import dev.millrace.metrics.ClientListener;

/** Makes the nodes of one client, whose deadlines one thread keeps for all of them. Thread-safe. */
public final class NodeFactory implements AutoCloseable {
    private final ClientListener listener;
    private final DeadlineWatch watch = new DeadlineWatch();

    /** A factory whose nodes report to {@code listener}. */
    public NodeFactory(ClientListener listener) {
        this.listener = listener;
    }

    /** A node whose connections are made when they are first needed. */
    public Node node(ConnectionOptions options) {
        return new Node(options, listener, watch, false);
    }

    /** Ends the thread; after every node is closed, for until then it keeps their deadlines. */
    @Override
    public void close() {
        watch.close();
    }
}
