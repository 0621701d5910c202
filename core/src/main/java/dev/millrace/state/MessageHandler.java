package dev.millrace.state;

/**
 * Hands a message to a connection of this process. Called on the thread that sends, for messages of this process, and on one
 * thread for all that come from others, in their order; what it throws is logged.
 *
 * @param <A> what is attached to a connection
 */
@FunctionalInterface
public interface MessageHandler<A> {
    /** Delivers a message; the array is shared with other receivers and not to be changed. */
    void deliver(StateRecord<A> record, byte[] message);
}
