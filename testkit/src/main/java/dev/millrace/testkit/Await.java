package dev.millrace.testkit;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for a condition up to a deadline, so that a test never sleeps a guessed time.
 *
 * <p>The condition is asked at once, then after pauses that grow from 50 microseconds to 5 milliseconds; a condition
 * that becomes true is seen at most 5 milliseconds later. Whoever can be signalled should rather be: a future, a latch
 * or {@link FaultProxy#awaitConnections} costs no polling.
 *
 * <p>Stateless and thread-safe.
 */
public final class Await {

    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    private Await() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @param deadline how long to wait at most; zero asks once
     * @param condition asked from the calling thread; should be cheap; what it throws passes through
     * @param message what was awaited and what is the case instead, asked for only on failure
     * @throws AssertionError if the deadline passes first, or the thread is interrupted (its flag stays set)
     */
    public static void until(Duration deadline, BooleanSupplier condition, Supplier<String> message) {
        Objects.requireNonNull(message, "message");
        long started = System.nanoTime();
        long allowed = deadline.toNanos();
        long pause = FIRST_PAUSE_NANOS;
        while (!condition.getAsBoolean()) {
            long elapsed = System.nanoTime() - started;
            if (elapsed >= allowed) {
                throw new AssertionError("not within %d ms: %s".formatted(deadline.toMillis(), message.get()));
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted after %d ms: %s".formatted(elapsed / 1_000_000, message.get()));
            }
            LockSupport.parkNanos(Math.min(pause, allowed - elapsed));
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
        }
    }

    /**
     * The same with a fixed message.
     *
     * @throws AssertionError as {@link #until(Duration, BooleanSupplier, Supplier)}
     */
    public static void until(Duration deadline, BooleanSupplier condition, String message) {
        until(deadline, condition, () -> message);
    }
}
