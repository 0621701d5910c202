package dev.millrace.storage;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one plugin in one room. Whatever characters a key has, it reaches no other plugin's and no other room's.
 *
 * <pre>{@code
 * PluginStorage votes = redis.storage().plugin("room 7", "votes");
 * votes.set("config", "0.5", Duration.ofHours(1));
 * PipelineResult all = votes.pipeline(List.of(Operation.get("config"), Operation.exists("skipped")));
 * }</pre>
 *
 * <p>Nothing here throws because Redis does not answer: an operation that fails answers null, in bounded time ({@link
 * StorageOptions#within}), and is counted; the first of a burst is logged. Whoever must know why asks {@link #run} or {@link
 * #pipeline}, whose answers have their errors. Bad keys are the caller's fault, and are refused.
 *
 * <p>Thread-safe. Holds no resources.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class PluginStorage {
    private final Storage storage;
    private final Namespace namespace;

    PluginStorage(Storage storage, Namespace namespace) {
        this.storage = storage;
        this.namespace = namespace;
    }

    /** The value of a key, from Redis; null where there is none, and where that can't be found out. */
    public @Nullable String get(String key) {
        return run(Operation.get(key)).value();
    }

    /**
     * The value of a key, from memory where it has been read before and has not changed since; as {@link #get} else. Those who
     * ask for the same key at once make one trip.
     */
    public @Nullable String cached(String key) {
        return storage.cached(namespace.address(key));
    }

    /** Stores a value, without an end; false where it is not known to be stored. */
    public boolean set(String key, String value) {
        return !run(Operation.set(key, value)).isFailed();
    }

    /**
     * Stores a value that ends by itself; false where it is not known to be stored.
     *
     * @throws IllegalArgumentException if the time to live is below 1 ms
     */
    public boolean set(String key, String value, Duration ttl) {
        return !run(Operation.set(key, value, ttl)).isFailed();
    }

    /** Deletes a key; whether there was one, null where that is not known. */
    public @Nullable Boolean delete(String key) {
        Long deleted = run(Operation.delete(key)).value();
        return deleted == null ? null : deleted > 0;
    }

    /** Whether there is a value; null where that is not known. */
    public @Nullable Boolean exists(String key) {
        return run(Operation.exists(key)).value();
    }

    /** Adds one to a number, which is 0 where there is none; the sum, or null where it is not known to have been added. */
    public @Nullable Long increment(String key) {
        return increment(key, 1);
    }

    /** Adds to a number, which is 0 where there is none; the sum, or null where it is not known to have been added. */
    public @Nullable Long increment(String key, long by) {
        return run(Operation.increment(key, by)).value();
    }

    /** The values of some keys, in their order; null where there is none, and all null where that can't be found out. */
    public List<@Nullable String> mget(String... keys) {
        if (keys.length == 0) {
            return List.of();
        }
        List<@Nullable String> values = run(Operation.mget(keys)).value();
        return values != null ? values : Collections.unmodifiableList(Arrays.asList(new @Nullable String[keys.length]));
    }

    /**
     * Does one thing.
     *
     * @throws IllegalArgumentException if a key is empty, or no text that UTF-8 can hold
     */
    public <T> Answer<T> run(Operation<T> operation) {
        return pipeline(List.of(operation)).of(operation);
    }

    /**
     * Does several things, in their order and in one round trip. One that fails answers null at its position, and the others
     * keep their answers. Not atomic.
     *
     * @throws IllegalArgumentException if a key is empty, or no text that UTF-8 can hold; nothing was sent
     */
    public PipelineResult pipeline(List<? extends Operation<?>> operations) {
        return new PipelineResult(operations, storage.run(namespace, operations));
    }

    /** Runs a script on some keys of this plugin, any of which it may change. */
    <T> Answer<T> change(String what, List<String> keys, Function<Object[], Command<T>> script) {
        List<String> addresses = keys.stream().map(namespace::address).toList();
        Object[] all = addresses.stream().map(storage::key).toArray();
        return storage.change(what, addresses, script.apply(all));
    }
}
