/**
 * What the client tells about itself: counters that cost nothing to keep ({@link dev.millrace.metrics.Statistics}), a
 * listener for events ({@link dev.millrace.metrics.ClientListener}), a binder for Micrometer, and the wire log. Uses
 * {@code command} and {@code resilience} only.
 */
@NullMarked
package dev.millrace.metrics;

import org.jspecify.annotations.NullMarked;
