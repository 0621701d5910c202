package dev.millrace.cache;

import org.jspecify.annotations.Nullable;

/**
 * Where a value comes from when no level has it: a database, another service. Called by the thread that asked, or in the
 * background for an early refresh; never twice at once for one key by one cache.
 */
@FunctionalInterface
public interface Loader<K, V> {
    /**
     * Loads the value of a key.
     *
     * @return null where there is none
     * @throws Exception if it can't be loaded; callers get a {@link LoadFailure} with this cause
     */
    @Nullable
    V load(K key) throws Exception;
}
