package dev.millrace.testkit.cluster;

import dev.millrace.testkit.ErrorReplyException;
import java.util.BitSet;
import java.util.List;

/**
 * Slots that every other node takes for a master's own, while that master itself takes them for nobody's. Redis 7.0.9
 * and later can end there and never leaves it by itself. A node marks a slot as no longer claimed when an older message
 * of its owner comes in after a newer one, by the other of their two links; the mark stays when the node takes over from
 * that owner, so that the former owner's first message after its return is believed for this slot, and the slot belongs
 * to nobody once the former owner has become a replica. It hits the slot that was moved last. What mends it is what an
 * operator would do, {@code redis-cli --cluster fix}: the master is told that the slot is its own.
 *
 * <p>Stateless.
 */
final class ForgottenSlots {

    private ForgottenSlots() {}

    /** Tells each master of the slots it has forgotten. Does nothing to a slot that has an owner in its master's view. */
    static void remind(Survey survey, Picture picture, List<ClusterNode> up) {
        for (ClusterNode node : up) {
            BitSet forgotten = of(picture, node);
            if (!forgotten.isEmpty()) {
                remind(survey, node, forgotten);
            }
        }
    }

    /** What all others that answer say the node serves, and the node says nobody does. */
    private static BitSet of(Picture picture, ClusterNode node) {
        BitSet forgotten = new BitSet(HashSlot.COUNT);
        ClusterView own = picture.views().get(node);
        if (own == null || !own.myself().isMaster() || picture.views().size() < 2) {
            return forgotten;
        }
        forgotten.set(0, HashSlot.COUNT);
        own.lines().forEach(line -> forgotten.andNot(line.slots()));
        picture.views().forEach((observer, view) -> {
            if (observer != node) {
                NodeLine seen = view.of(node.id());
                forgotten.and(seen == null ? new BitSet() : seen.slots());
            }
        });
        return forgotten;
    }

    private static void remind(Survey survey, ClusterNode node, BitSet forgotten) {
        String[] words = new String[2 + forgotten.cardinality()];
        words[0] = "CLUSTER";
        words[1] = "ADDSLOTS";
        int index = 2;
        for (int slot : forgotten.stream().toArray()) {
            words[index++] = Integer.toString(slot);
        }
        try {
            survey.ask(node, words);
        } catch (ErrorReplyException | IllegalStateException refused) {
            // It has learned of an owner since, or does not answer: the next look shows.
            return;
        }
    }
}
