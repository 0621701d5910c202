package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.Rejected;
import dev.millrace.connection.ConnectionOptions;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Node;
import dev.millrace.connection.NodeFactory;
import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.Statistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The nodes of a topology, one for each address and role, made when they are first needed. One that is not needed any
 * more is closed in the background, so that what is under way there can end.
 */
@ThreadSafe
final class NodePool implements AutoCloseable {
    private record Place(Endpoint endpoint, boolean readOnly) {}

    private final ConnectionOptions options;
    private final NodeFactory factory;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<Place, Node> nodes = new HashMap<>();

    @GuardedBy("lock")
    private final Set<Thread> closing = new HashSet<>();

    @GuardedBy("lock")
    private Statistics gone = Statistics.NONE;

    @GuardedBy("lock")
    private boolean closed;

    /** A pool without nodes; {@code options} are those of every node but for its address. */
    NodePool(ConnectionOptions options, ClientListener listener) {
        this.options = options;
        this.factory = new NodeFactory(listener);
    }

    /**
     * The node at an address.
     *
     * @param readOnly whether its connections say READONLY, as a replica of a cluster wants it
     * @throws Rejected if the pool is closed
     */
    Node at(Endpoint endpoint, boolean readOnly) {
        synchronized (lock) {
            if (closed) {
                throw new Rejected("nothing was sent: the client is closed").raised();
            }
            return nodes.computeIfAbsent(new Place(endpoint, readOnly), place -> {
                ConnectionOptions its = options.at(endpoint);
                return factory.node(readOnly ? its.as(its.login().reading()) : its);
            });
        }
    }

    /** Retires, in the background, every node but these: what they have not written fails at once. */
    void retain(Set<Node> wanted) {
        synchronized (lock) {
            for (Place place : List.copyOf(nodes.keySet())) {
                Node node = nodes.get(place);
                if (node != null && !wanted.contains(node)) {
                    nodes.remove(place);
                    end(node, node::retire);
                }
            }
        }
    }

    @GuardedBy("lock")
    private void end(Node node, Runnable ending) {
        Thread thread = Thread.ofVirtual().name("millrace-retiring").unstarted(() -> {
            ending.run();
            synchronized (lock) {
                gone = gone.plus(ended(node.statistics()));
                closing.remove(Thread.currentThread());
            }
        });
        closing.add(thread);
        thread.start();
    }

    /** What was counted stays counted; nothing is under way any more. */
    private static Statistics ended(Statistics last) {
        return new Statistics(
                last.commands(),
                last.writes(),
                last.bytesOut(),
                last.bytesIn(),
                0,
                0,
                0,
                last.connects(),
                last.failedConnects(),
                last.timeouts(),
                false);
    }

    /** The counters of all nodes there are and were. */
    Statistics statistics() {
        synchronized (lock) {
            Statistics sum = gone;
            for (Node node : nodes.values()) {
                sum = sum.plus(node.statistics());
            }
            return sum;
        }
    }

    /** Closes every node, all at the same time, and waits for that. */
    @Override
    public void close() {
        Thread caller = Thread.currentThread();
        List<Thread> ends;
        synchronized (lock) {
            closed = true;
            nodes.values().forEach(node -> end(node, () -> node.closeFor(caller)));
            nodes.clear();
            ends = new ArrayList<>(closing);
        }
        boolean interrupted = false;
        for (Thread end : ends) {
            interrupted |= !joined(end);
        }
        factory.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A node ends by its own close timeout, so this wait has an end. */
    private static boolean joined(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return !interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
