package dev.millrace.resilience;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;

/**
 * Remembers whether a server can be reached, so that callers need not find out one by one.
 *
 * <p>Closed while the server answers. Open once it has been unreachable for the patience of {@link Reconnection}: from
 * then on calls fail at once as never sent. The connection goes on looking for the server in the background, so there
 * is no half-open state in which a caller's command is the probe; the first handshake that succeeds closes the circuit.
 *
 * <p>Fed once per connection attempt, never per command; asking it is one volatile read.
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

    private record Status(State state, int failures, long firstFailure, String lastCause) {}

    private static final Status REACHABLE = new Status(State.CLOSED, 0, 0, "");

    private final long patienceNanos;
    /** Written by the one thread per node that attempts connections. */
    private volatile Status status = REACHABLE;

    /** A closed breaker that opens after this long without a connection. */
    public CircuitBreaker(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    /** An attempt succeeded: closes the circuit. Answers whether it was open. */
    public boolean succeeded() {
        boolean wasOpen = status.state() == State.OPEN;
        status = REACHABLE;
        return wasOpen;
    }

    /**
     * An attempt failed; opens the circuit when the first failure of the row lies far enough back.
     *
     * @param nanoTime when it failed, on the clock of {@link System#nanoTime()}
     * @param cause what went wrong, for messages; without values or credentials
     * @return whether this failure opened the circuit
     */
    public boolean failed(long nanoTime, String cause) {
        Status before = status;
        long first = before.failures() == 0 ? nanoTime : before.firstFailure();
        State state = nanoTime - first >= patienceNanos ? State.OPEN : before.state();
        status = new Status(state, before.failures() + 1, first, cause);
        return before.state() == State.CLOSED && state == State.OPEN;
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
