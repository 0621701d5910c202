package dev.millrace.testkit.cluster;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.ErrorReplyException;
import java.util.List;

/**
 * The steps by which a node leaves a cluster without anybody missing it.
 *
 * <p>Confined to the thread that uses it.
 */
final class Departure {

    private final Survey survey;
    private final List<ClusterNode> nodes;
    private final ClusterOptions options;

    Departure(Survey survey, List<ClusterNode> nodes, ClusterOptions options) {
        this.survey = survey;
        this.nodes = nodes;
        this.options = options;
    }

    /** Gives the node's slots and replicas away and makes the others forget it. */
    void leave(ClusterNode leaving) {
        Picture picture = Picture.take(survey, nodes);
        if (picture.claim(leaving).isMaster()) {
            List<ClusterNode> heirs = picture.masters().stream()
                    .filter(node -> node != leaving && node.isUp())
                    .toList();
            if (heirs.isEmpty()) {
                throw new IllegalArgumentException(leaving + " is the last master and can't leave");
            }
            giveSlotsAway(picture, leaving, heirs);
            giveReplicasAway(picture.replicasOf(leaving), heirs);
        }
        nodes.stream().filter(node -> node != leaving && node.isUp()).forEach(node -> forget(node, leaving));
    }

    private void giveSlotsAway(Picture picture, ClusterNode leaving, List<ClusterNode> heirs) {
        int slots = picture.claim(leaving).slots().cardinality();
        if (slots == 0) {
            return;
        }
        if (!leaving.isUp()) {
            throw new IllegalStateException(
                    "%s is down and still has %d slots; await its failover first".formatted(leaving, slots));
        }
        new Resharding(survey, nodes, options.authentication()).moveAll(leaving, heirs);
    }

    private void giveReplicasAway(List<ClusterNode> replicas, List<ClusterNode> heirs) {
        Formation formation = new Formation(survey, options.deadline());
        for (int index = 0; index < replicas.size(); index++) {
            if (replicas.get(index).isUp()) {
                formation.replicate(replicas.get(index), heirs.get(index % heirs.size()));
            }
        }
    }

    private void forget(ClusterNode node, ClusterNode leaving) {
        Await.until(
                options.deadline(),
                () -> {
                    try {
                        survey.ask(node, "CLUSTER", "FORGET", leaving.id());
                        return true;
                    } catch (ErrorReplyException refused) {
                        // A replica can't forget its master before it has taken the new one in.
                        return String.valueOf(refused.getMessage()).contains("Unknown node");
                    }
                },
                () -> "%s does not forget %s".formatted(node, leaving));
    }
}
