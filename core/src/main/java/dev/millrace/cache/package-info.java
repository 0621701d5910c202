/**
 * A cache of two levels: memory over Redis, kept coherent by the server's own messages of what has changed. Entry types:
 * {@link dev.millrace.cache.Cache}, and {@link dev.millrace.cache.MemoryCache} for memory alone. Uses {@code cache.codec},
 * {@code batch}, {@code topology}, {@code connection} and what lies below them.
 *
 * <p>Reading order: {@code Memory} (the protocol), {@code Entry}, {@code Flight}, {@code TrackedReads}, {@code Reading},
 * {@code Cache}.
 */
@NullMarked
package dev.millrace.cache;

import org.jspecify.annotations.NullMarked;
