package dev.millrace.tools.server.journal;

/**
 * What became of the operations that a journal heard of. Immutable.
 *
 * @param written rows that are in the table
 * @param batches in which they were written
 * @param waiting operations that are yet to be written
 * @param dropped operations that found the buffer full, or were left when the journal closed
 * @param idle looks for jobs that found none; they are not written
 * @param failures times that the database did not take a batch, which was tried again
 * @param deleted rows that were too old, or too many
 */
public record JournalStatistics(
        long written, long batches, long waiting, long dropped, long idle, long failures, long deleted) {}
