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

    /** When the attempt that is under way began; 0 for none. */
    private volatile long tryingSince;

    /** Whether the circuit was opened over an attempt that has not ended. */
    private volatile boolean hangs;

    /** Whether the last attempt met a refusal: the server can be reached then, and each call may make the next attempt. */
    @GuardedBy("this")
    private boolean refused;

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

    /** Whether an attempt has hung for so long that nobody waits for its end. */
    boolean hangs() {
        return hangs;
    }

    // ---- the writer ----

    /** An attempt begins. */
    void trying() {
        tryingSince = System.nanoTime() | 1;
    }

    /** The server has answered: calls are taken. */
    void connected() {
        boolean wasOpen;
        synchronized (this) {
            refusal = null;
            hangs = false;
            refused = false;
            tryingSince = 0;
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
            hangs = false;
            refused = answer != null;
            tryingSince = 0;
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

    /**
     * Opens the circuit when a server that is away has let an attempt hang for the patience. Attempts that fail sooner open it
     * themselves.
     *
     * @return what those are to be told who wait for the end of that attempt; null where there is none, or it may yet succeed
     */
    @Nullable
    Supplier<? extends MillraceException> look(long now) {
        if (!hangs && (isCircuitOpen() || !isLate(now))) {
            return null;
        }
        synchronized (this) {
            if (!refused && isLate(now) && breaker.looked(now)) {
                refusal = circuitOpen(null);
                hangs = true;
                // Not on the thread of the watch, which a listener must not hold up.
                telling = Thread.ofVirtual()
                        .name("millrace-circuit")
                        .start(() -> listener.circuitChanged(name, CircuitBreaker.State.OPEN));
            }
            return hangs ? refusal() : null;
        }
    }

    /** Who has no patience is told after the first attempt that failed, so its end has to be waited for. */
    private boolean isLate(long now) {
        long since = tryingSince;
        long patience = options.reconnection().patience().toNanos();
        return since != 0 && patience > 0 && now - since >= patience;
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
