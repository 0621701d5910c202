package dev.millrace.tools.server.journal;

/**
 * What the trips of one method did in an hour. Immutable.
 *
 * @param method {@code pipelined} or {@code standard}
 * @param trips to the server
 * @param operations jobs in them
 * @param points of these jobs
 * @param averageMillis how long a trip took
 * @param pointsPerSecond points by the time that the trips took together
 * @param failed trips that did not end with an answer
 */
public record MethodFigures(
        String method,
        long trips,
        long operations,
        long points,
        double averageMillis,
        double pointsPerSecond,
        long failed) {}
