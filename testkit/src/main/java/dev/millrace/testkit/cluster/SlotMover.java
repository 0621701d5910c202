package dev.millrace.testkit.cluster;

import dev.millrace.testkit.ErrorReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps by which a slot moves from one master to another while clients use it: marked at both, its keys migrated,
 * then assigned, first where it goes, so that no moment leaves it without an owner.
 *
 * <p>Confined to the thread that uses it.
 */
final class SlotMover {

    /** For the survey that a mover gets: hundred large values take a while. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int KEYS_AT_ONCE = 100;
    private static final String TIMEOUT_MILLIS = "10000";

    private final Survey survey;
    private final List<String> authentication;

    /** The authentication: what MIGRATE is to say to the receiving server, empty where nothing. */
    SlotMover(Survey survey, List<String> authentication) {
        this.survey = survey;
        this.authentication = authentication;
    }

    void mark(int slot, ClusterNode from, ClusterNode to) {
        survey.ask(to, "CLUSTER", "SETSLOT", Integer.toString(slot), "IMPORTING", from.id());
        survey.ask(from, "CLUSTER", "SETSLOT", Integer.toString(slot), "MIGRATING", to.id());
    }

    /** Moves keys until so many have gone or there are none left; returns how many went. */
    int moveKeys(int slot, ClusterNode from, ClusterNode to, int atMost) {
        int moved = 0;
        while (moved < atMost) {
            int wanted = Math.min(KEYS_AT_ONCE, atMost - moved);
            List<?> keys = (List<?>)
                    survey.ask(from, "CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), Integer.toString(wanted));
            if (keys == null || keys.isEmpty()) {
                break;
            }
            migrate(from, to, keys);
            moved += keys.size();
        }
        return moved;
    }

    private void migrate(ClusterNode from, ClusterNode to, List<?> keys) {
        List<String> words = new ArrayList<>(
                List.of("MIGRATE", "127.0.0.1", Integer.toString(to.boundPort()), "", "0", TIMEOUT_MILLIS));
        words.addAll(authentication);
        words.add("KEYS");
        keys.forEach(key -> words.add(String.valueOf(key)));
        survey.ask(from, words.toArray(String[]::new));
    }

    /** Ends the move at every master that is up. */
    void assign(int slot, ClusterNode from, ClusterNode to, List<ClusterNode> masters) {
        assignAt(to, slot, to);
        assignAt(from, slot, to);
        for (ClusterNode other : masters) {
            if (other != to && other != from && other.isUp()) {
                assignAt(other, slot, to);
            }
        }
    }

    private void assignAt(ClusterNode where, int slot, ClusterNode owner) {
        try {
            survey.ask(where, "CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", owner.id());
        } catch (ErrorReplyException refused) {
            // A master that has just lost its last slot may have become a replica, which is told nothing.
            if (where == owner || !isReplica(where)) {
                throw refused;
            }
        }
    }

    private boolean isReplica(ClusterNode node) {
        ClusterView view = survey.view(node);
        return view != null && view.myself().isReplica();
    }
}
