package dev.millrace.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until a moment of {@link System#nanoTime} to within some tens of microseconds.
 *
 * <p>Linux lets a sleeping thread sleep up to its timer slack longer, 50 microseconds by default; {@link #sharpen} sets
 * the calling thread's slack to one microsecond. What is left is the time to be scheduled: the wait parks until shortly
 * before the moment and, where that is wanted, spins for the rest.
 */
final class PreciseWait {

    private static final long SPIN_NANOS = 20_000;

    private PreciseWait() {}

    /** Makes parks of the calling platform thread more precise where the system allows; elsewhere does nothing. */
    static void sharpen() {
        try {
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            Files.writeString(Path.of("/proc", self.getFileName().toString(), "timerslack_ns"), "1000");
        } catch (IOException | RuntimeException notHere) {
            // Parks are then some 50 microseconds later, which is still within what the proxy promises.
        }
    }

    /**
     * Returns at the moment.
     *
     * @param spin whether the last microseconds are spent spinning, which is more precise and costs a processor
     */
    static void until(long nanoTime, boolean spin) throws InterruptedException {
        long spinNanos = spin ? SPIN_NANOS : 0;
        while (true) {
            long left = nanoTime - System.nanoTime();
            if (left <= 0) {
                return;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (left > spinNanos) {
                LockSupport.parkNanos(left - spinNanos);
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
