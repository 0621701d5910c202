package dev.millrace.connection;

/**
 * The bounds on memory and sockets of one node.
 *
 * @param queuedCalls calls that may wait for the writer; 16,384 by default. More callers than this wait their turn
 * @param queuedBytes bytes that may wait for the writer, and as many again unanswered; 64 MiB by default. A single
 *     larger call is still taken when nothing else waits
 * @param replyBytes the largest reply; 512 MiB by default, Redis's own limit for a string. A larger one ends its
 *     connection
 * @param directConnections connections on which a lone caller does its own I/O; 4 by default, 0 for none
 * @param dedicatedConnections connections for WATCH, blocking commands and the like at one time; 64 by default
 * @param writeBuffer bytes encoded before a write; 64 KiB by default
 */
public record Limits(
        int queuedCalls,
        long queuedBytes,
        int replyBytes,
        int directConnections,
        int dedicatedConnections,
        int writeBuffer) {
    /** @throws IllegalArgumentException if one is out of its range; the message names it */
    public Limits {
        check("queued calls", queuedCalls, 1, 1 << 22);
        check("queued bytes", queuedBytes, 1024, 1L << 40);
        check("reply bytes", replyBytes, 1024, Integer.MAX_VALUE - 64);
        check("direct connections", directConnections, 0, 64);
        check("dedicated connections", dedicatedConnections, 1, 10_000);
        check("write buffer", writeBuffer, 4096, 1 << 24);
    }

    private static void check(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " of " + value + ": must be from " + least + " to " + most);
        }
    }

    /** The defaults named above. */
    public static Limits ofDefaults() {
        return new Limits(16_384, 64L << 20, 512 << 20, 4, 64, 64 << 10);
    }
}
