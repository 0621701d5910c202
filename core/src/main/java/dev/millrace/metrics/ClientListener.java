package dev.millrace.metrics;

import dev.millrace.resilience.CircuitBreaker;
import java.util.function.Supplier;

/**
 * Hears what a client does. Every method does nothing unless overridden.
 *
 * <p>Methods are called on the threads that do the work, some of them per command: they must not block and not call
 * the client. What they throw is logged and ignored. Implementations are thread-safe.
 */
public interface ClientListener {
    /** How a call ended; the names are those of the types in {@code dev.millrace.command}. */
    enum Outcome {
        VALUE,
        SERVER_ERROR,
        NOT_SENT,
        OUTCOME_UNKNOWN,
        REJECTED,
        UNEXPECTED_REPLY,
        MISUSE
    }

    /** The listener that hears nothing; with it, no time is measured. */
    ClientListener NONE = new ClientListener() {};

    /** A client was made; {@code statistics} answers its counters at any time. */
    default void opened(Supplier<Statistics> statistics) {}

    /** A command ended, from being asked to its outcome, retries included. */
    default void commandEnded(String verb, Outcome outcome, long nanos) {}

    /** One write to the socket, and how many commands it carried. */
    default void written(String node, int commands, int bytes) {}

    /** A connection shook hands. */
    default void connected(String node) {}

    /** A connection was lost, or could not be made; {@code cause} holds no values and no credentials. */
    default void disconnected(String node, String cause) {}

    /** A server that owes answers has sent nothing for a second; told again each second that this goes on. */
    default void silent(String node) {}

    /** The circuit of a node opened or closed. */
    default void circuitChanged(String node, CircuitBreaker.State state) {}

    /** The client was closed. */
    default void closed() {}
}
