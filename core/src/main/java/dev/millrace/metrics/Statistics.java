package dev.millrace.metrics;

/**
 * Counters of a client, since it was made, at one moment. Each is exact; together they may be a few commands apart,
 * for nothing is stopped to read them.
 *
 * @param commands commands that were sent, MULTI and EXEC counted
 * @param writes socket writes that carried commands: the round trips that were spent
 * @param bytesOut bytes written
 * @param bytesIn bytes read
 * @param queued calls that wait for the writer
 * @param inFlight calls that were sent and not answered
 * @param connections open connections
 * @param connects handshakes that succeeded, first ones and reconnects
 * @param failedConnects attempts that failed
 * @param timeouts calls that were given up at their deadline
 * @param circuitOpen whether calls fail at once because the server can't be reached
 */
public record Statistics(
        long commands,
        long writes,
        long bytesOut,
        long bytesIn,
        long queued,
        long inFlight,
        long connections,
        long connects,
        long failedConnects,
        long timeouts,
        boolean circuitOpen) {
    /** Nothing has happened yet. */
    public static final Statistics NONE = new Statistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false);

    /** The sum of two, for several nodes; the circuit counts as open when one is. */
    public Statistics plus(Statistics other) {
        return new Statistics(
                commands + other.commands,
                writes + other.writes,
                bytesOut + other.bytesOut,
                bytesIn + other.bytesIn,
                queued + other.queued,
                inFlight + other.inFlight,
                connections + other.connections,
                connects + other.connects,
                failedConnects + other.failedConnects,
                timeouts + other.timeouts,
                circuitOpen || other.circuitOpen);
    }

    /** How many commands one write carried on average; 0 before the first write. */
    public double commandsPerWrite() {
        return writes == 0 ? 0 : (double) commands / writes;
    }
}
