package dev.millrace.state;

/**
 * Hears what becomes of connections. Called on the thread that follows the other processes' changes: what blocks there delays
 * them. What it throws is logged.
 *
 * @param <A> what is attached to a connection
 */
public interface StateListener<A> {
    /** Why a connection of this process is not its own any more. */
    enum Reason {
        /** Another process, or this one, has registered the id anew. */
        REPLACED,
        /** Another process has disconnected it; its socket is to be closed. */
        DISCONNECTED
    }

    /** A connection of another process is known from now on. */
    default void arrived(StateRecord<A> record) {}

    /** A connection of another process is gone. */
    default void left(StateRecord<A> record) {}

    /** A connection of this process is gone, and not because this process said so. */
    default void lost(StateRecord<A> record, Reason reason) {}
}
