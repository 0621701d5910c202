package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Who serves each slot. A look at the cluster makes a new map; between looks, redirects correct single slots of it.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the array is atomic per slot, the list immutable
final class SlotMap {
    private final AtomicReferenceArray<@Nullable Shard> bySlot = new AtomicReferenceArray<>(KeySlot.COUNT);
    private final List<Shard> shards;

    /** A map without slots, of these shards. */
    SlotMap(List<Shard> shards) {
        this.shards = List.copyOf(shards);
    }

    void assign(int from, int to, Shard shard) {
        for (int slot = from; slot <= to; slot++) {
            bySlot.set(slot, shard);
        }
    }

    /** Who serves a slot, or null where nobody does. */
    @Nullable
    Shard at(int slot) {
        return bySlot.get(slot);
    }

    /** Corrects one slot. */
    void correct(int slot, Shard owner) {
        bySlot.set(slot, owner);
    }

    /** Every shard that was there when the cluster was looked at; at least one. */
    List<Shard> shards() {
        return shards;
    }
}
