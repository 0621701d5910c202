package dev.millrace.storage;

import dev.millrace.command.Command;
import dev.millrace.command.Keys;
import dev.millrace.command.SetOptions;
import dev.millrace.command.Strings;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One thing to do with a plugin's keys, for {@link PluginStorage#run} and {@link PluginStorage#pipeline}: {@code
 * Operation.get("config")}. Immutable, and may be used again, in any plugin's storage.
 *
 * @param <T> what it answers
 */
public final class Operation<T> {
    private final String name;
    private final List<String> written;
    private final Function<UnaryOperator<String>, Command<T>> command;

    private Operation(String name, List<String> written, Function<UnaryOperator<String>, Command<T>> command) {
        this.name = name;
        this.written = written;
        this.command = command;
    }

    /** The value of a key; null where there is none. */
    public static Operation<String> get(String key) {
        return new Operation<>("get", List.of(), at -> Strings.get(at.apply(key)));
    }

    /** Whether there is a value. */
    public static Operation<Boolean> exists(String key) {
        return new Operation<>("exists", List.of(), at -> Keys.exists(at.apply(key)));
    }

    /**
     * The values of some keys, in their order, null where there is none.
     *
     * @throws IllegalArgumentException if there is no key
     */
    public static Operation<List<@Nullable String>> mget(String... keys) {
        if (keys.length == 0) {
            throw new IllegalArgumentException("mget takes at least one key");
        }
        List<String> all = List.of(keys);
        return new Operation<>(
                "mget", List.of(), at -> Strings.mget(all.stream().map(at).toList()));
    }

    /** Stores a value, without an end. Answers OK. */
    public static Operation<String> set(String key, String value) {
        return new Operation<>("set", List.of(key), at -> Strings.set(at.apply(key), value));
    }

    /**
     * Stores a value that ends by itself. Answers true.
     *
     * @throws IllegalArgumentException if the time to live is below 1 ms
     */
    public static Operation<Boolean> set(String key, String value, Duration ttl) {
        SetOptions lasting = SetOptions.ofDefaults().expiringIn(ttl);
        return new Operation<>("set", List.of(key), at -> Strings.set(at.apply(key), value, lasting));
    }

    /** Deletes a key. Answers how many there were, 0 or 1. */
    public static Operation<Long> delete(String key) {
        return new Operation<>("delete", List.of(key), at -> Keys.unlink(at.apply(key)));
    }

    /** Adds to a number, which is 0 where there is none. Answers the sum. */
    public static Operation<Long> increment(String key, long by) {
        return new Operation<>("increment", List.of(key), at -> Strings.incrBy(at.apply(key), by));
    }

    /** @param at where a key lies */
    Command<T> command(UnaryOperator<String> at) {
        return command.apply(at);
    }

    /** The keys that it changes. */
    List<String> written() {
        return written;
    }

    @Override
    public String toString() {
        return name; // no key: it may be somebody's
    }
}
