package dev.millrace.testkit.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The whole of CLUSTER NODES as one node answers it: its own line and what it knows of the others. */
record ClusterView(List<NodeLine> lines) {

    ClusterView {
        lines = List.copyOf(lines);
    }

    static ClusterView parse(String text) {
        return new ClusterView(text.lines()
                .filter(line -> !line.isBlank())
                .map(NodeLine::parse)
                .toList());
    }

    NodeLine myself() {
        return lines.stream()
                .filter(NodeLine::isMyself)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("CLUSTER NODES names nobody as \"myself\""));
    }

    @Nullable
    NodeLine of(String id) {
        return lines.stream().filter(line -> line.id().equals(id)).findFirst().orElse(null);
    }
}
