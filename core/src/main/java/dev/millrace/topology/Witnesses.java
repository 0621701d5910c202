package dev.millrace.topology;

import dev.millrace.connection.Node;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Notes which nodes answered a call. Confined to the calling thread. */
final class Witnesses {
    private final Topology topology;
    private final Set<String> names = new LinkedHashSet<>();
    private boolean replica;

    Witnesses(Topology topology) {
        this.topology = topology;
    }

    void add(Node node) {
        names.add(node.name());
        replica |= topology.isReplica(node);
    }

    List<String> names() {
        return List.copyOf(names);
    }

    boolean hasReplica() {
        return replica;
    }
}
