package dev.millrace.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP session as one request has it: its attributes as they were loaded, and what the request changes. Changes are in Redis
 * when {@link SessionStore#save} has returned; only what was changed is sent. A value must not be changed after it was set.
 *
 * <p>Confined to one thread at a time.
 *
 * @param <T> the type of the attributes' values
 */
public final class Session<T> {
    private final Map<String, T> loaded;
    private final Map<String, @Nullable T> changed = new HashMap<>();
    private final Instant created;
    private String id;
    private long version;
    private @Nullable Duration idle;

    Session(String id, long version, Instant created, Map<String, T> loaded) {
        this.id = id;
        this.version = version;
        this.created = created;
        this.loaded = new HashMap<>(loaded);
    }

    /** Its id; another after {@link SessionStore#rotate}. */
    public String id() {
        return id;
    }

    /** When it was created, by the server's clock. */
    public Instant created() {
        return created;
    }

    /** The value of an attribute; null for none. */
    public @Nullable T get(String name) {
        return changed.containsKey(name) ? changed.get(name) : loaded.get(name);
    }

    /** The names of its attributes, in order. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>(loaded.keySet());
        changed.forEach((name, value) -> {
            if (value == null) {
                names.remove(name);
            } else {
                names.add(name);
            }
        });
        return Collections.unmodifiableSet(names);
    }

    /** Sets an attribute; null removes it. */
    public void set(String name, @Nullable T value) {
        changed.put(name, value);
    }

    /** Removes an attribute. */
    public void remove(String name) {
        changed.put(name, null);
    }

    /**
     * Gives it an idle time of its own, from the next save on.
     *
     * @throws IllegalArgumentException if it is not from a second to a year
     */
    public void idle(Duration time) {
        SessionOptions.checkIdle(time);
        idle = time;
    }

    /** Whether there is anything to be saved. */
    public boolean isChanged() {
        return !changed.isEmpty() || idle != null;
    }

    Map<String, @Nullable T> changed() {
        return changed;
    }

    @Nullable
    Duration ownIdle() {
        return idle;
    }

    long version() {
        return version;
    }

    /** Attributes as they are when what was changed is saved. */
    Map<String, T> all() {
        Map<String, T> all = new HashMap<>(loaded);
        changed.forEach((name, value) -> {
            if (value == null) {
                all.remove(name);
            } else {
                all.put(name, value);
            }
        });
        return all;
    }

    void saved(String as, long now) {
        Map<String, T> all = all();
        loaded.clear();
        loaded.putAll(all);
        changed.clear();
        idle = null;
        id = as;
        version = now;
    }

    /** How many attributes it has; the id is a credential and is not shown. */
    @Override
    public String toString() {
        return "Session[" + names().size() + " attributes]";
    }
}
