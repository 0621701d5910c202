package dev.millrace.topology;

import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.Statistics;
import dev.millrace.resilience.CircuitBreaker;
import java.util.function.Supplier;

/** Hears of lost connections and silent servers for a topology, and passes on everything to the client's own listener. Thread-safe. */
final class LossListener implements ClientListener {
    private final ClientListener next;
    private final Runnable lost;

    /** @param lost told that a connection was lost or could not be made, or that a server is silent; must not block */
    LossListener(ClientListener next, Runnable lost) {
        this.next = next;
        this.lost = lost;
    }

    @Override
    public void opened(Supplier<Statistics> statistics) {
        next.opened(statistics);
    }

    @Override
    public void commandEnded(String verb, Outcome outcome, long nanos) {
        next.commandEnded(verb, outcome, nanos);
    }

    @Override
    public void written(String node, int commands, int bytes) {
        next.written(node, commands, bytes);
    }

    @Override
    public void connected(String node) {
        next.connected(node);
    }

    @Override
    public void disconnected(String node, String cause) {
        lost.run();
        next.disconnected(node, cause);
    }

    @Override
    public void silent(String node) {
        lost.run();
        next.silent(node);
    }

    @Override
    public void circuitChanged(String node, CircuitBreaker.State state) {
        next.circuitChanged(node, state);
    }

    @Override
    public void closed() {
        next.closed();
    }
}
