package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The records by the value that one field has in memory. Whoever has changed that looks at the record anew; the last one to look
 * sees the last value, for they look under the monitor of the record's cells.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a concurrent map of concurrent sets
final class FieldIndex<A> {
    private final int place;
    private final int slot;
    private final Map<String, Set<StateRecord<A>>> byValue = new ConcurrentHashMap<>();

    /**
     * Of no record yet.
     *
     * @param place where records keep what they are indexed by
     * @param slot of the field
     */
    FieldIndex(int place, int slot) {
        this.place = place;
        this.slot = slot;
    }

    int slot() {
        return slot;
    }

    /** The records that have a value now. */
    List<StateRecord<A>> of(String value) {
        Set<StateRecord<A>> its = byValue.get(value);
        return its == null ? List.of() : List.copyOf(its);
    }

    /** Looks at a record, under the monitor of its cells; one that is not there has no value. */
    void look(StateRecord<A> record, boolean isThere) {
        String now = isThere ? (String) record.cells.object(slot) : null;
        @Nullable String before = record.indexed[place];
        if (Objects.equals(now, before)) {
            return;
        }
        record.indexed[place] = now;
        if (before != null) {
            byValue.computeIfPresent(before, (value, its) -> {
                its.remove(record);
                return its.isEmpty() ? null : its;
            });
        }
        if (now != null) {
            byValue.compute(now, (value, its) -> {
                Set<StateRecord<A>> all = its == null ? ConcurrentHashMap.newKeySet() : its;
                all.add(record);
                return all;
            });
        }
    }
}
