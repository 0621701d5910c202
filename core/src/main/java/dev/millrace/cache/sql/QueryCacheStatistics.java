package dev.millrace.cache.sql;

import dev.millrace.cache.CacheStatistics;

/**
 * The counters of a query cache at one moment.
 *
 * @param cache those of the cache below it; what is too large counts as a failed write there
 * @param tooLarge results that were handed out and not stored, for their rows or bytes
 * @param past queries that were run past the cache, because an invalidation of their tables was owed
 * @param owed tables whose invalidation has failed and is being tried again
 */
public record QueryCacheStatistics(CacheStatistics cache, long tooLarge, long past, int owed) {}
