package dev.millrace.resilience;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;

/**
 * Remembers whether a server can be reached, so that callers need not find out one by one.
 *
 * <p>Closed while the server answers. Open once it has been unreachable for the patience of {@link Reconnection},
 * counted from the loss of the connection or the first attempt that failed: from then on calls fail at once as never
 * sent, also while an attempt hangs. The connection goes on looking for the server in the background, so there is no
 * half-open state in which a caller's command is the probe; the first handshake that succeeds closes the circuit.
 *
 * <p>Fed once per connection and attempt, never per command; asking it is one volatile read.
 */
@ThreadSafe
public final class CircuitBreaker {
    /** What callers may expect. */
    public enum State {
        /** Calls are taken. */
        CLOSED,
        /** Calls fail at once. */
        OPEN
    }

    /** @param since when the server became unreachable; means nothing while it is not */
    private record Status(State state, boolean isReachable, int failures, long since, String lastCause) {
        /** Unreachable since then, unless it was before. */
        Status unreachable(long nanoTime, int failed, String cause) {
            return new Status(state, false, failed, isReachable ? nanoTime : since, cause);
        }

        Status open() {
            return new Status(State.OPEN, isReachable, failures, since, lastCause);
        }
    }

    private static final Status REACHABLE = new Status(State.CLOSED, true, 0, 0, "");

    private final long patienceNanos;
    /** Written under this object's monitor. */
    private volatile Status status = REACHABLE;

    /** A closed breaker that opens after this long without a connection. */
    public CircuitBreaker(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    /** An attempt succeeded: closes the circuit. Answers whether it was open. */
    public synchronized boolean succeeded() {
        boolean wasOpen = status.state() == State.OPEN;
        status = REACHABLE;
        return wasOpen;
    }

    /**
     * The connection was lost: the server counts as unreachable from now on, if it did not before.
     *
     * @param nanoTime when it was lost, on the clock of {@link System#nanoTime()}
     * @param cause what went wrong, for messages; without values or credentials
     */
    public synchronized void lost(long nanoTime, String cause) {
        status = status.unreachable(nanoTime, status.failures(), cause);
    }

    /**
     * An attempt failed; opens the circuit when the server has been unreachable for the patience.
     *
     * @param nanoTime when it failed, on the clock of {@link System#nanoTime()}
     * @param cause what went wrong, for messages; without values or credentials
     * @return whether this failure opened the circuit
     */
    public synchronized boolean failed(long nanoTime, String cause) {
        status = status.unreachable(nanoTime, status.failures() + 1, cause);
        return openIfLate(nanoTime);
    }

    /**
     * Time has passed; opens the circuit when the server has been unreachable for the patience, though no attempt has
     * ended.
     *
     * @param nanoTime the time on the clock of {@link System#nanoTime()}
     * @return whether this opened the circuit
     */
    public boolean looked(long nanoTime) {
        Status now = status;
        if (now.isReachable() || now.state() == State.OPEN) {
            return false; // as nearly always, and without the monitor
        }
        synchronized (this) {
            return openIfLate(nanoTime);
        }
    }

    @GuardedBy("this")
    private boolean openIfLate(long nanoTime) {
        Status now = status;
        if (now.isReachable() || now.state() == State.OPEN || nanoTime - now.since() < patienceNanos) {
            return false;
        }
        status = now.open();
        return true;
    }

    /** Whether calls are taken. */
    public State state() {
        return status.state();
    }

    /** How many attempts have failed in a row. */
    public int failures() {
        return status.failures();
    }

    /** What the last attempt failed with; empty when it succeeded. */
    public String lastCause() {
        return status.lastCause();
    }
}
