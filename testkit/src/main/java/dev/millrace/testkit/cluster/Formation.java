package dev.millrace.testkit.cluster;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.ErrorReplyException;
import dev.millrace.testkit.FreePorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes a cluster of nodes that know nothing of each other, with the commands Redis has for it.
 *
 * <p>Confined to the thread that uses it.
 */
final class Formation {

    private final Survey survey;
    private final Duration deadline;

    Formation(Survey survey, Duration deadline) {
        this.survey = survey;
        this.deadline = deadline;
    }

    /** Of fresh nodes the first become masters, the others their replicas in turn; does not wait for the result. */
    void form(List<ClusterNode> nodes, int masters) {
        for (int index = 0; index < masters; index++) {
            ClusterNode master = nodes.get(index);
            // Without an epoch of its own each would first have to fight the others for theirs.
            survey.ask(master, "CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(index + 1));
            addSlots(master, HashSlot.COUNT * index / masters, HashSlot.COUNT * (index + 1) / masters);
        }
        for (int index = 1; index < nodes.size(); index++) {
            introduce(nodes.get(index), nodes.subList(0, index));
        }
        for (int index = masters; index < nodes.size(); index++) {
            replicate(nodes.get(index), nodes.get(index % masters));
        }
    }

    /** Makes a node meet all others itself: gossip would come to the same, later. */
    void introduce(ClusterNode newcomer, List<ClusterNode> others) {
        for (ClusterNode other : others) {
            if (other.isUp()) {
                survey.ask(
                        newcomer,
                        "CLUSTER",
                        "MEET",
                        "127.0.0.1",
                        Integer.toString(other.port()),
                        Integer.toString(other.boundPort() + FreePorts.BUS_OFFSET));
            }
        }
    }

    /**
     * Makes a node the replica of another, as soon as it knows it.
     *
     * @throws AssertionError if that is refused until the deadline
     */
    void replicate(ClusterNode replica, ClusterNode master) {
        AtomicReference<@Nullable String> refusal = new AtomicReference<>();
        Await.until(
                deadline,
                () -> {
                    try {
                        survey.ask(replica, "CLUSTER", "REPLICATE", master.id());
                        return true;
                    } catch (ErrorReplyException refused) {
                        refusal.set(refused.getMessage());
                        return false;
                    }
                },
                () -> "%s can't replicate %s: %s".formatted(replica, master, refusal.get()));
    }

    private void addSlots(ClusterNode master, int from, int below) {
        List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
        for (int slot = from; slot < below; slot++) {
            words.add(Integer.toString(slot));
        }
        survey.ask(master, words.toArray(String[]::new));
    }
}
