package dev.millrace.cache;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One entry to be written.
 *
 * @param key its key
 * @param value its value
 * @param ttlClass how long it lives, where {@code ttl} does not say
 * @param ttl how long it lives, or null for what its class says; zero: it is not stored, and what was there is deleted
 * @param tags by which it can be invalidated, beside those that the cache gives its key
 */
public record CacheEntry<K, V>(
        K key, V value, TtlClass ttlClass, @Nullable Duration ttl, Set<String> tags) {
    /**
     * @throws IllegalArgumentException if the time to live is negative, below 1 ms, or longer than ten years
     * @throws NullPointerException if the key or the value is null: that there is none is said by deleting it
     */
    public CacheEntry {
        Objects.requireNonNull(key, "the key of a cache's entry is null");
        Objects.requireNonNull(value, "the value of a cache's entry is null; invalidate the key instead");
        tags = Set.copyOf(tags);
        if (ttl != null) {
            Ttls.checked(ttl);
        }
    }

    /** Of the default class. */
    public static <K, V> CacheEntry<K, V> of(K key, V value) {
        return of(key, value, TtlClass.DEFAULT);
    }

    /** Of a class. */
    public static <K, V> CacheEntry<K, V> of(K key, V value, TtlClass ttlClass) {
        return new CacheEntry<>(key, value, ttlClass, null, Set.of());
    }

    /** With a time to live of its own. */
    public static <K, V> CacheEntry<K, V> of(K key, V value, Duration ttl) {
        return new CacheEntry<>(key, value, TtlClass.DEFAULT, ttl, Set.of());
    }

    /** The same with tags. */
    public CacheEntry<K, V> tagged(String... more) {
        return new CacheEntry<>(key, value, ttlClass, ttl, Set.of(more));
    }
}
