package dev.millrace.topology;

import dev.millrace.connection.Node;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all slots, master by master, for what has to see each key at least once. A slot is done when the master
 * that served it at the beginning of its turn still does so at the end. Confined to one thread.
 */
public final class SlotWalk {
    private final Topology topology;
    private final BitSet open = new BitSet(KeySlot.COUNT);
    private final BitSet turn = new BitSet(KeySlot.COUNT);
    private @Nullable Node master;

    /** A walk that has not begun. */
    public SlotWalk(Topology topology) {
        this.topology = topology;
        open.set(0, KeySlot.COUNT);
    }

    /** Begins the turn of the next master, also if another was not ended; null when every slot is done. */
    public @Nullable Node next(long deadline) {
        turn.clear();
        master = null;
        for (int slot = open.nextSetBit(0); slot >= 0; slot = open.nextSetBit(slot + 1)) {
            Node its = topology.masterOf(slot, deadline);
            if (its == null) {
                open.clear(slot); // nobody has its keys
            } else if (master == null || its == master) {
                master = its;
                turn.set(slot);
            }
        }
        return master;
    }

    /** Whether the master whose turn it is serves none of its slots any more. */
    public boolean isOver(long deadline) {
        return turn.stream().noneMatch(slot -> topology.masterOf(slot, deadline) == master);
    }

    /** The master whose turn it is has shown everything. */
    public void shown(long deadline) {
        turn.stream()
                .filter(slot -> topology.masterOf(slot, deadline) == master)
                .forEach(open::clear);
    }
}
