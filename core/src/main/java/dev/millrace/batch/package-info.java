/**
 * Explicit batches and transactions: commands that are gathered and sent together, each with a typed {@link
 * dev.millrace.batch.Reply} of its own. Entry types: {@link dev.millrace.batch.Batch} and {@link
 * dev.millrace.batch.Transaction}. Uses {@code topology} and what lies below it.
 */
@NullMarked
package dev.millrace.batch;

import org.jspecify.annotations.NullMarked;
