package dev.millrace.cache;

/** What opens caches: a client, by {@code redis::cache}. For what is built on caches and does not know the client. */
@FunctionalInterface
public interface CacheOpener {
    /** A cache with these options, which whoever asked for it closes. */
    <K, V> Cache<K, V> open(CacheOptions<K, V> options);
}
