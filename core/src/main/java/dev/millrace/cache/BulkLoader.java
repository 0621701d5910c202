package dev.millrace.cache;

import java.util.Map;
import java.util.Set;

/** Where several values come from at once; as {@link Loader}. */
@FunctionalInterface
public interface BulkLoader<K, V> {
    /**
     * Loads the values of some keys.
     *
     * @return what was found; keys that are not in it have no value, and keys that were not asked for are ignored
     * @throws Exception if they can't be loaded; callers get a {@link LoadFailure} with this cause
     */
    Map<K, V> loadAll(Set<K> keys) throws Exception;
}
