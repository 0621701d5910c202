package dev.millrace.promises;

import java.time.Duration;
import java.util.Arrays;

/** Waits for threads of a test; one that does not end in time fails it, with its stack. */
final class Joined {
    private Joined() {}

    /** @throws AssertionError if the thread is alive after this long, or the caller is interrupted */
    static void within(Duration deadline, Thread thread) {
        try {
            if (thread.join(deadline)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + thread.getName(), e);
        }
        AssertionError stuck = new AssertionError("%s has not ended within %d ms:%n%s"
                .formatted(thread.getName(), deadline.toMillis(), Arrays.toString(thread.getStackTrace())));
        stuck.setStackTrace(thread.getStackTrace());
        throw stuck;
    }
}
