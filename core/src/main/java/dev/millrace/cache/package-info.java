/**
 * A cache of two levels: memory over Redis, kept coherent by the server's own messages of what has changed. Entry types:
 * {@link dev.millrace.cache.Cache}, {@link dev.millrace.cache.CachePartitions} for several with a budget each, and {@link
 * dev.millrace.cache.MemoryCache} for memory alone. Uses {@code cache.codec}, {@code batch}, {@code topology}, {@code
 * connection} and what lies below them; {@link dev.millrace.cache.CacheMetrics} alone uses Micrometer.
 *
 * <p>Reading order: {@code Memory} (the protocol), {@code Entry}, {@code Flight}, {@code TrackedReads}, {@code Reading},
 * {@code Cache}.
 */
@NullMarked
package dev.millrace.cache;

import org.jspecify.annotations.NullMarked;
