package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The records that this process knows, by id and by the fields that are indexed.
 *
 * <p>Thread-safe. A record that was taken out is {@linkplain StateRecord#gone} and never comes back.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Records<A> {
    private final Map<String, StateRecord<A>> byId = new ConcurrentHashMap<>();
    private final List<FieldIndex<A>> indexes = new ArrayList<>();

    /** What a caller registers and Redis may have by now, by id. */
    private final Map<String, StateRecord<A>> beginning = new ConcurrentHashMap<>();

    /** What is gone from memory and not from Redis yet. */
    private final Set<StateRecord<A>> leaving = ConcurrentHashMap.newKeySet();

    Records(Schema schema) {
        for (int slot : schema.indexed()) {
            indexes.add(new FieldIndex<>(indexes.size(), slot));
        }
    }

    @Nullable
    StateRecord<A> get(String id) {
        return byId.get(id);
    }

    Collection<StateRecord<A>> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    int size() {
        return byId.size();
    }

    Set<StateRecord<A>> leaving() {
        return leaving;
    }

    // ---- by field ----

    /** The records whose indexed field has a value in memory, as they are now. */
    List<StateRecord<A>> having(int slot, String value) {
        for (FieldIndex<A> index : indexes) {
            if (index.slot() == slot) {
                return index.of(value);
            }
        }
        throw new IllegalStateException("no index of slot " + slot);
    }

    /** An indexed field of the record may have changed, or it is gone. */
    void index(StateRecord<A> record) {
        if (indexes.isEmpty()) {
            return;
        }
        synchronized (record.cells) {
            boolean isThere = !record.gone && byId.get(record.id()) == record;
            for (FieldIndex<A> index : indexes) {
                index.look(record, isThere);
            }
        }
    }

    // ---- coming and going ----

    /** A caller registers it; false if another does so at this moment. */
    boolean begin(StateRecord<A> record) {
        return beginning.putIfAbsent(record.id(), record) == null;
    }

    @Nullable
    StateRecord<A> beginning(String id) {
        return beginning.get(id);
    }

    void begun(StateRecord<A> record) {
        beginning.remove(record.id(), record);
    }

    /**
     * Puts a record in, in the place of an older one of its id.
     *
     * @return the one that is out because of it: the older one, or the record itself if there is a newer one; null for none
     */
    @Nullable
    StateRecord<A> put(StateRecord<A> record) {
        AtomicReference<@Nullable StateRecord<A>> out = new AtomicReference<>();
        byId.compute(record.id(), (id, there) -> {
            if (there == null || there == record || record.gone) {
                out.set(record.gone ? record : null);
                return record.gone ? there : record;
            }
            boolean newer = record.cells.version() >= there.cells.version();
            out.set(newer ? there : record);
            return newer ? record : there;
        });
        StateRecord<A> old = out.get();
        if (old != null) {
            old.gone = true;
            index(old);
        }
        index(record);
        return old;
    }

    /** Takes a record out; false if it was out. */
    boolean remove(StateRecord<A> record) {
        boolean removed = byId.remove(record.id(), record);
        record.gone = true;
        index(record);
        return removed;
    }
}
