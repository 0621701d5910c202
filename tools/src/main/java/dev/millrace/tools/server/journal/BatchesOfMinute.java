package dev.millrace.tools.server.journal;

/**
 * The trips of one minute. Immutable.
 *
 * @param minute its beginning, ms since 1970
 * @param trips how many there were
 * @param batchSize jobs in a trip, on average
 * @param largest jobs in the largest trip
 * @param points of all their jobs
 */
public record BatchesOfMinute(long minute, long trips, double batchSize, long largest, long points) {}
