package dev.millrace.metrics;

import dev.millrace.resilience.CircuitBreaker;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a listener throws from the threads that do the work: one that failed in the writer would end it, one that
 * failed before a promise was kept would leave it open for ever. What is thrown is logged and ignored. Thread-safe if
 * the listener is.
 */
public final class GuardedListener implements ClientListener {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    private final ClientListener listener;

    private GuardedListener(ClientListener listener) {
        this.listener = listener;
    }

    /** The listener, guarded; {@link ClientListener#NONE} as it is, for it is recognised by identity. */
    public static ClientListener around(ClientListener listener) {
        return listener == NONE || listener instanceof GuardedListener ? listener : new GuardedListener(listener);
    }

    private static void tell(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error e) {
            ignored(e);
        }
    }

    private static void ignored(Throwable failure) {
        LOG.warn("a listener of the client failed, which is ignored: {}", failure.toString());
    }

    @Override
    public void opened(Supplier<Statistics> statistics) {
        tell(() -> listener.opened(statistics));
    }

    @Override
    public void commandEnded(String verb, Outcome outcome, long nanos) {
        try {
            listener.commandEnded(verb, outcome, nanos);
        } catch (RuntimeException | Error e) { // no lambda here: this is asked per command
            ignored(e);
        }
    }

    @Override
    public void written(String node, int commands, int bytes) {
        tell(() -> listener.written(node, commands, bytes));
    }

    @Override
    public void connected(String node) {
        tell(() -> listener.connected(node));
    }

    @Override
    public void disconnected(String node, String cause) {
        tell(() -> listener.disconnected(node, cause));
    }

    @Override
    public void silent(String node) {
        tell(() -> listener.silent(node));
    }

    @Override
    public void circuitChanged(String node, CircuitBreaker.State state) {
        tell(() -> listener.circuitChanged(node, state));
    }

    @Override
    public void closed() {
        tell(listener::closed);
    }
}
