package dev.millrace.tools.server;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What can be changed while the server runs, each with the value that takes it back to the plain way of doing things. Services add
 * theirs when they begin; an administrator's route changes them.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a concurrent map of immutable parts
public final class Switches {
    /**
     * One of them.
     *
     * @param description what it does, with its unit and range
     * @param plain the value that switches the improvement off
     * @param initial what it was when the server began
     */
    private record Switch(
            String description, String plain, String initial, Supplier<String> current, Consumer<String> change) {}

    private final Map<String, Switch> all = new ConcurrentHashMap<>();

    /** None yet. */
    public Switches() {}

    /**
     * Adds one.
     *
     * @param change takes a new value; throws {@link IllegalArgumentException}, with a line that says what is possible, if it is
     *     none
     */
    public void add(String name, String description, String plain, Supplier<String> current, Consumer<String> change) {
        Switch added = new Switch(description, plain, current.get(), current, change);
        if (all.putIfAbsent(name, added) != null) {
            throw new IllegalStateException("there is a switch of the name " + name);
        }
    }

    /**
     * The whole number that a value is to be.
     *
     * @param unit what is counted
     * @throws IllegalArgumentException if it is none in the range
     */
    public static long number(String value, long least, long most, String unit) {
        try {
            long number = Long.parseLong(value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException none) {
            // told below
        }
        throw new IllegalArgumentException("must be a whole number of " + unit + " from " + least + " to " + most);
    }

    /** All of them by name, with their values now. */
    public Map<String, Object> now() {
        Map<String, Object> now = new TreeMap<>();
        all.forEach((name, its) -> now.put(name, described(its)));
        return now;
    }

    private static Map<String, Object> described(Switch its) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("value", its.current().get());
        described.put("plain", its.plain());
        described.put("initial", its.initial());
        described.put("description", its.description());
        return described;
    }

    /** Their names. */
    public List<String> names() {
        return all.keySet().stream().sorted().toList();
    }

    /**
     * Changes one.
     *
     * @return how it is then; null if there is none of that name
     * @throws IllegalArgumentException if it can't have that value
     */
    public @Nullable Map<String, Object> change(String name, String value) {
        Switch its = all.get(name);
        if (its == null) {
            return null;
        }
        its.change().accept(value);
        return described(its);
    }
}
