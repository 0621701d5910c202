package dev.millrace.connection;

/**
 * Hears the messages of a subscription, one after the other, on a virtual thread of the subscription's own: it may
 * block. What it throws is logged, and the next message comes.
 */
@FunctionalInterface
public interface MessageListener {
    /** A message; {@code channel} is the one it was published to, for a pattern too. */
    void message(String channel, byte[] payload);

    /** Messages were lost: the listener was slower than its queue is long. */
    default void dropped(long messages) {}

    /** The connection was lost: what is published until {@link #restored()} never arrives. */
    default void interrupted() {}

    /** The connection was made anew and the subscription with it. */
    default void restored() {}
}
