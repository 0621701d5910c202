package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.connection.Node;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells which masters have lost slots to others: what is kept in memory of such a slot's keys is not announced by them any
 * more. Of a topology of one shard it tells nothing.
 */
@ThreadSafe
public final class SlotLosses {
    private final Topology topology;
    private final Consumer<Node> lost;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final @Nullable Node[] owners = new Node[KeySlot.COUNT];

    /** @param lost told of each master that has lost slots; must not block */
    public SlotLosses(Topology topology, Consumer<Node> lost) {
        this.topology = topology;
        this.lost = lost;
        if (topology instanceof Cluster) {
            topology.whenChanged(this::compare);
        }
    }

    /** Told of the first look too, before anybody can have read by it: from then on there is something to lose. */
    private void compare() {
        Set<Node> losers = Collections.newSetFromMap(new IdentityHashMap<>());
        synchronized (lock) {
            long now = System.nanoTime();
            for (int slot = 0; slot < owners.length; slot++) {
                Node owner = topology.masterOf(slot, now);
                Node before = owners[slot];
                if (before != null && before != owner) {
                    losers.add(before);
                }
                owners[slot] = owner;
            }
        }
        losers.forEach(lost);
    }
}
