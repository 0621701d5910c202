package dev.millrace.connection;

import java.time.Duration;

/** How this package waits for its own threads to end. */
final class Threads {
    /** An I/O thread ends when its socket is closed; one that has not after this long never will. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Threads() {}

    /** Waits for the end of a thread that was told to end; an interrupt shortens the wait and stays set. */
    static boolean join(Thread thread) {
        if (thread.getState() == Thread.State.NEW) {
            return true;
        }
        try {
            return thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
