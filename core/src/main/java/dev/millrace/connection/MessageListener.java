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

    /**
     * The connection was lost, or another server serves the channels now: what is published until {@link #restored()}
     * may never arrive.
     */
    default void interrupted() {}

    /** The subscription was made anew, at the same server or at another, and the server has confirmed it. */
    default void restored() {}
}
