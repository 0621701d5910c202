package dev.millrace.connection;

import java.time.Duration;
import java.util.Collection;

/** How this package waits for its own threads to end. */
final class Threads {
    /** An I/O thread ends when its socket is closed; one that has not after this long never will. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Threads() {}

    /** Waits for the end of a thread that was told to end; an interrupt shortens the wait and stays set. */
    static boolean join(Thread thread) {
        return join(thread, PATIENCE);
    }

    /** As {@link #join(Thread)}, for so long at the most. */
    static boolean join(Thread thread, Duration patience) {
        if (thread.getState() == Thread.State.NEW) {
            return true;
        }
        try {
            return thread.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits for the end of several, together not longer than for one; for the calling thread not at all. */
    static void joinAll(Collection<Thread> threads) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (Thread thread : threads) {
            if (thread != Thread.currentThread()) {
                join(thread, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
        }
    }

    /** Waits for the end of a thread for as long as it takes; an interrupt stays set. */
    static void await(Thread thread) {
        boolean interrupted = false;
        while (thread.getState() != Thread.State.NEW && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link #join(Thread)}, and an interrupt does not shorten it. */
    static boolean joinUninterrupted(Thread thread) {
        boolean interrupted = Thread.interrupted();
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (true) {
                try {
                    return thread.getState() == Thread.State.NEW
                            || thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
