package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.CircuitBreaker;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server can be reached, and what callers are told at once while it can't.
 *
 * <p>Fed by the writer of a {@link SharedConnection}, which makes the attempts, and by the watch, which notices that one has hung
 * for too long: both change the circuit and what callers are told together, under one monitor. Asking is a volatile read.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // volatile, and written under the monitor
final class Reachability {
    /** What callers are told, and until when. */
    private record Refusal(Supplier<? extends MillraceException> failure, long until) {}

    private final ConnectionOptions options;
    private final String name;
    private final ClientListener listener;
    private final CircuitBreaker breaker;
    private volatile @Nullable Refusal refusal;

    @GuardedBy("this")
    private @Nullable Thread telling;

    /** Of a server that has not been tried yet: callers may hope. */
    Reachability(ConnectionOptions options, ClientListener listener) {
        this.options = options;
        this.name = options.endpoint().name();
        this.listener = listener;
        this.breaker = new CircuitBreaker(options.reconnection().patience());
    }

    // ---- any thread ----

    /** What callers are told at once; null while their calls are taken. */
    @Nullable
    Supplier<? extends MillraceException> refusal() {
        Refusal now = refusal;
        return now == null || System.nanoTime() - now.until() >= 0 ? null : now.failure();
    }

    boolean isCircuitOpen() {
        return breaker.state() == CircuitBreaker.State.OPEN;
    }

    /** Why there is no connection; empty while there is one. */
    String lastCause() {
        return breaker.lastCause();
    }

    // ---- the writer ----

    /** The server has answered: calls are taken. */
    void connected() {
        boolean wasOpen;
        synchronized (this) {
            refusal = null;
            wasOpen = breaker.succeeded();
        }
        awaitTold();
        listener.connected(name);
        if (wasOpen) {
            listener.circuitChanged(name, CircuitBreaker.State.CLOSED);
        }
    }

    /** The connection was lost. */
    void lost(String reason) {
        breaker.lost(System.nanoTime(), reason);
        listener.disconnected(name, reason);
    }

    /**
     * An attempt failed.
     *
     * @param answer what callers are told until the next attempt, when waiting would not help; null for a server that may come back
     * @return when to try again
     */
    long failed(Throwable cause, String reason, @Nullable Supplier<? extends MillraceException> answer) {
        boolean opened;
        long next;
        synchronized (this) {
            opened = breaker.failed(System.nanoTime(), reason);
            next = System.nanoTime() + jitter(breaker.failures());
            refusal = answer != null ? new Refusal(answer, next) : isCircuitOpen() ? circuitOpen(cause) : null;
        }
        awaitTold();
        listener.disconnected(name, reason);
        if (opened) {
            listener.circuitChanged(name, CircuitBreaker.State.OPEN);
        }
        return next;
    }

    /** How long to wait after so many failures in a row. */
    long jitter(int failures) {
        return options.reconnection()
                .wait(failures, ThreadLocalRandom.current())
                .toNanos();
    }

    // ---- the watch ----

    /** Opens the circuit when a lost server has been away for the patience, though no attempt has ended. */
    void look(long now) {
        if (isCircuitOpen()) {
            return;
        }
        synchronized (this) {
            if (breaker.looked(now)) {
                refusal = circuitOpen(null);
                // Not on the thread of the watch, which a listener must not hold up.
                telling = Thread.ofVirtual()
                        .name("millrace-circuit")
                        .start(() -> listener.circuitChanged(name, CircuitBreaker.State.OPEN));
            }
        }
    }

    /** Waits until the listener knows what the watch has done: what happens is told in its order. */
    private void awaitTold() {
        Thread its;
        synchronized (this) {
            its = telling;
            telling = null;
        }
        if (its != null) {
            Threads.await(its);
        }
    }

    private Refusal circuitOpen(@Nullable Throwable cause) {
        String reason = breaker.lastCause();
        int attempts = breaker.failures();
        return new Refusal(
                () -> NotSent.unreachable(
                        "nothing was sent: " + name + " can't be reached (" + reason + "), and the circuit is open"
                                + (attempts == 0 ? "" : " after " + attempts + " attempts")
                                + "; check that the server runs and the address is right",
                        cause),
                Long.MAX_VALUE / 2 + System.nanoTime());
    }
}
