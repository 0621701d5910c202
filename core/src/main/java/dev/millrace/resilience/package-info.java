/**
 * Decisions about failure, free of I/O: when to look for a lost server again, when to stop sending callers into a
 * wait, and what may be tried a second time. Entry types: {@link dev.millrace.resilience.Reconnection}, {@link
 * dev.millrace.resilience.CircuitBreaker} and {@link dev.millrace.resilience.Retry}. Uses {@code command} only.
 */
@NullMarked
package dev.millrace.resilience;

import org.jspecify.annotations.NullMarked;
