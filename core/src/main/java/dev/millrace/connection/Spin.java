package dev.millrace.connection;

import java.io.IOException;

/**
 * Looks for a reply a little before the caller sleeps for it. Waking a sleeping processor takes longer than a server on
 * the same machine or in the same rack takes to answer; a lone caller that looks for {@value #LIMIT_NANOS} ns gets its
 * reply without that wait. Where replies take longer the looking is in vain: each miss doubles the number of calls for
 * which it is left out, up to {@value #MOST_SKIPPED}, so over a longer way it costs next to nothing.
 *
 * <p>Confined to the caller that holds the connection.
 */
final class Spin {
    private static final long LIMIT_NANOS = 30_000;
    private static final int MOST_SKIPPED = 1024;

    private int skipped;
    private int skipping;

    /** Looks for bytes, if looking has been worth it. */
    void await(Transport transport) throws IOException {
        if (!transport.canPoll()) {
            return;
        }
        if (skipped < skipping) {
            skipped++;
            return;
        }
        skipped = 0;
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!transport.isReadable()) {
            if (System.nanoTime() - end >= 0) {
                skipping = Math.min(MOST_SKIPPED, 2 * skipping + 1);
                return;
            }
            Thread.onSpinWait();
        }
        skipping = 0;
    }
}
