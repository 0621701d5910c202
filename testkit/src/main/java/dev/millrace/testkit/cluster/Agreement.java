package dev.millrace.testkit.cluster;

import dev.millrace.testkit.Await;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whether a cluster has come to rest: all nodes that are up see the same masters, slots and replicas, each reports
 * {@code cluster_state:ok} with every slot served, and the replicas are in sync.
 *
 * <p>Stateless.
 */
final class Agreement {

    private Agreement() {}

    /**
     * Returns when the cluster is at rest. Mends what servers don't mend themselves, see {@link ForgottenSlots}.
     *
     * @throws AssertionError if it is not by the deadline; says what was missing last
     */
    static void await(Survey survey, List<ClusterNode> nodes, Duration deadline) {
        AtomicReference<@Nullable String> obstacle = new AtomicReference<>();
        Await.until(
                deadline,
                () -> {
                    Picture picture = Picture.take(survey, nodes);
                    List<ClusterNode> up =
                            nodes.stream().filter(ClusterNode::isUp).toList();
                    obstacle.set(obstacle(survey, picture, up));
                    if (obstacle.get() == null) {
                        return true;
                    }
                    ForgottenSlots.remind(survey, picture, up);
                    return false;
                },
                () -> "the cluster is not at rest: " + obstacle.get());
    }

    /** What is still missing, or null if nothing is. */
    private static @Nullable String obstacle(Survey survey, Picture picture, List<ClusterNode> up) {
        for (ClusterNode observer : up) {
            ClusterView view = picture.views().get(observer);
            if (view == null) {
                return observer + " does not answer";
            }
            for (ClusterNode observed : up) {
                String difference = picture.views().containsKey(observed)
                        ? difference(view.of(observed.id()), picture.claim(observed))
                        : "does not answer";
                if (difference != null) {
                    return "%s sees that %s %s".formatted(observer, observed, difference);
                }
            }
        }
        for (ClusterNode node : up) {
            String missing = missing(survey, picture, node);
            if (missing != null) {
                return "%s %s".formatted(node, missing);
            }
        }
        return null;
    }

    private static @Nullable String difference(@Nullable NodeLine seen, NodeLine claimed) {
        if (seen == null) {
            return "is not there";
        }
        if (!seen.isSound()) {
            return "is %s, %s".formatted(seen.flags(), seen.connected() ? "connected" : "not connected");
        }
        if (seen.isMaster() != claimed.isMaster()) {
            return "is %s, which says it is %s".formatted(seen.flags(), claimed.flags());
        }
        if (claimed.masterId() != null && !claimed.masterId().equals(seen.masterId())) {
            return "replicates %s, which says it replicates %s".formatted(seen.masterId(), claimed.masterId());
        }
        if (!seen.slots().equals(claimed.slots())) {
            BitSet disputed = (BitSet) seen.slots().clone();
            disputed.xor(claimed.slots());
            return "serves %d slots, which says it serves %d; %s"
                    .formatted(
                            seen.slots().cardinality(),
                            claimed.slots().cardinality(),
                            disputed.cardinality() > 10 ? disputed.cardinality() + " differ" : disputed + " differ");
        }
        if (seen.port() != claimed.port() || !seen.hostname().equals(claimed.hostname())) {
            return "is at %s:%d, which says it is at %s:%d"
                    .formatted(seen.hostname(), seen.port(), claimed.hostname(), claimed.port());
        }
        return null;
    }

    private static @Nullable String missing(Survey survey, Picture picture, ClusterNode node) {
        String info = String.valueOf(survey.textOrNull(node, "CLUSTER", "INFO"));
        if (info.lines().noneMatch("cluster_state:ok"::equals)
                || info.lines().noneMatch(("cluster_slots_ok:" + HashSlot.COUNT)::equals)) {
            return "reports "
                    + String.join(
                            ", ",
                            info.lines()
                                    .filter(line ->
                                            line.startsWith("cluster_state") || line.startsWith("cluster_slots_ok"))
                                    .toList());
        }
        String replication = String.valueOf(survey.textOrNull(node, "INFO", "replication"));
        if (picture.claim(node).isReplica()) {
            return replication.lines().anyMatch("master_link_status:up"::equals) ? null : "is not in sync";
        }
        long wanted =
                picture.replicasOf(node).stream().filter(ClusterNode::isUp).count();
        long online = replication
                .lines()
                .filter(line -> line.startsWith("slave") && line.contains("state=online"))
                .count();
        return online >= wanted ? null : "has %d of its %d replicas in sync".formatted(online, wanted);
    }
}
