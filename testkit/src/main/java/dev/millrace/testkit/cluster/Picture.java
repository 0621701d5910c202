package dev.millrace.testkit.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes that answer say of the cluster at one moment, put together: each node counts as what it says of
 * itself, a silent one as what the others say of it with the highest epoch.
 *
 * <p>Immutable.
 *
 * @param nodes all nodes of the cluster
 * @param views of those that answered
 * @param claims the line of each node that anybody knows
 */
record Picture(List<ClusterNode> nodes, Map<ClusterNode, ClusterView> views, Map<ClusterNode, NodeLine> claims) {

    static Picture take(Survey survey, List<ClusterNode> nodes) {
        Map<ClusterNode, ClusterView> views = new LinkedHashMap<>();
        for (ClusterNode node : nodes) {
            ClusterView view = survey.view(node);
            if (view != null) {
                views.put(node, view);
            }
        }
        Map<ClusterNode, NodeLine> claims = new LinkedHashMap<>();
        for (ClusterNode node : nodes) {
            ClusterView own = views.get(node);
            NodeLine claim = own != null ? own.myself() : hearsay(views, node);
            if (claim != null) {
                claims.put(node, claim);
            }
        }
        return new Picture(List.copyOf(nodes), views, claims);
    }

    /** The masters: those that answer, and those that don't but still are responsible for slots. */
    List<ClusterNode> masters() {
        return nodes.stream().filter(this::isMaster).toList();
    }

    List<ClusterNode> replicas() {
        return nodes.stream()
                .filter(node -> {
                    NodeLine claim = claims.get(node);
                    return claim != null && claim.isReplica();
                })
                .toList();
    }

    List<ClusterNode> replicasOf(ClusterNode master) {
        return replicas().stream()
                .filter(replica -> master.id().equals(claim(replica).masterId()))
                .toList();
    }

    /** Who is responsible for the slot; null if nobody is. */
    @Nullable
    ClusterNode ownerOf(int slot) {
        ClusterNode owner = null;
        for (ClusterNode node : nodes) {
            NodeLine claim = claims.get(node);
            if (claim != null
                    && claim.slots().get(slot)
                    && (owner == null || claim.epoch() > claim(owner).epoch())) {
                owner = node;
            }
        }
        return owner;
    }

    /** What is known of a node; it must be known. */
    NodeLine claim(ClusterNode node) {
        return Objects.requireNonNull(claims.get(node), () -> "nobody knows " + node);
    }

    @Nullable
    ClusterNode byId(@Nullable String id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElse(null);
    }

    private boolean isMaster(ClusterNode node) {
        NodeLine claim = claims.get(node);
        return claim != null
                && claim.isMaster()
                && (views.containsKey(node) || !claim.slots().isEmpty());
    }

    private static @Nullable NodeLine hearsay(Map<ClusterNode, ClusterView> views, ClusterNode silent) {
        NodeLine newest = null;
        for (ClusterView view : views.values()) {
            NodeLine line = view.of(silent.id());
            if (line != null && (newest == null || isNewer(line, newest))) {
                newest = line;
            }
        }
        return newest;
    }

    /** Of equal epochs the one that has already lost its slots is the later news. */
    private static boolean isNewer(NodeLine line, NodeLine than) {
        return line.epoch() > than.epoch()
                || line.epoch() == than.epoch()
                        && line.slots().cardinality() < than.slots().cardinality();
    }
}
