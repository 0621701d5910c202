/**
 * Priority jobs in Redis that are fast in batches and never lost: taken under a lease, acknowledged, tried again, and in
 * the end kept as dead letters. Entry type: {@link dev.millrace.queue.JobQueue}, made by {@code Millrace.queue(options)};
 * {@link dev.millrace.queue.Worker} handles jobs with bounded concurrency, {@link dev.millrace.queue.AdaptiveBatcher}
 * lets many small producers share trips.
 *
 * <p>All that changes a queue is in server-side scripts, the {@code .lua} resources of this package; Java only makes
 * their arguments and reads their answers. Uses {@code batch}, {@code topology}, {@code connection} and {@code command}.
 */
@NullMarked
package dev.millrace.queue;

import org.jspecify.annotations.NullMarked;
