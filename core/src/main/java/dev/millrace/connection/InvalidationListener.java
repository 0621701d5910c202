package dev.millrace.connection;

/**
 * Hears which keys have changed. Called on threads that read connections, in the order of the stream between replies and
 * changes: must not block, nor throw. Implementations are thread-safe.
 */
public interface InvalidationListener {
    /** A key has changed, or its entry in the server's table of tracked keys was given up. */
    void invalidated(byte[] key);

    /** What was read in an epoch, or is being read, may have changed without a word. */
    void ended(Epoch epoch);
}
