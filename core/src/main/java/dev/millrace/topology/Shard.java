package dev.millrace.topology;

import dev.millrace.connection.Node;
import java.util.List;

/**
 * A master and the replicas that have its data. Immutable.
 *
 * @param replicas none is known where there are none, and where reads never go to them
 */
record Shard(Node master, List<Node> replicas) {
    Shard {
        replicas = List.copyOf(replicas);
    }
}
