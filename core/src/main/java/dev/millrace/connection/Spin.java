package dev.millrace.connection;

import java.io.IOException;

/**
 * Looks for a reply a little before the caller sleeps for it. Waking a sleeping processor takes longer than a server on
 * the same machine or in the same rack takes to answer; a caller that looks for {@value #LIMIT_NANOS} ns, and as long
 * again as the server may be at work on what it was sent, gets its reply without that wait. Where replies take longer
 * the looking is in vain: each miss doubles the number of calls for which it is left out, up to {@value #MOST_SKIPPED},
 * so over a longer way it costs next to nothing.
 *
 * <p>A platform thread gives the processor away between two looks, to the server or another caller that is ready, and
 * so may look however many callers there are. A virtual one would only give it to other virtual ones, by way of their
 * scheduler; it keeps it, and looks only where it is alone.
 *
 * <p>Confined to the caller that holds the connection.
 */
final class Spin {
    private static final long LIMIT_NANOS = 30_000;
    private static final long NANOS_PER_COMMAND = 2_000;
    private static final long MOST_NANOS = 400_000;
    private static final int MOST_SKIPPED = 1024;

    private int skipped;
    private int skipping;

    /**
     * Looks for bytes, if looking has been worth it.
     *
     * @param alone whether no other caller is at work
     * @param commands how many commands the server was sent
     */
    void await(Transport transport, boolean alone, int commands) throws IOException {
        boolean virtual = Thread.currentThread().isVirtual();
        if (virtual && !alone || !transport.canPoll()) {
            return;
        }
        if (skipped < skipping) {
            skipped++;
            return;
        }
        skipped = 0;
        long end = System.nanoTime() + Math.min(MOST_NANOS, LIMIT_NANOS + commands * NANOS_PER_COMMAND);
        while (!transport.isReadable()) {
            if (System.nanoTime() - end >= 0) {
                skipping = Math.min(MOST_SKIPPED, 2 * skipping + 1);
                return;
            }
            if (virtual) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        skipping = 0;
    }
}
