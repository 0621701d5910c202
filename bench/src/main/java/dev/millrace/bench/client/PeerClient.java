package dev.millrace.bench.client;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The few things the workloads ask of a client, opened for one cell. Every implementation is as thin as its client
 * allows: what is measured is the client.
 *
 * <p>{@link #get} and {@link #set} are called by many threads at the same time; the others by one.
 */
public interface PeerClient extends AutoCloseable {
    /** Sends one GET and waits for its reply. */
    @Nullable
    String get(String key) throws Exception;

    /** Sends one SET and waits for its reply. */
    void set(String key, String value) throws Exception;

    /**
     * Sends one GET and does not wait.
     *
     * @throws UnsupportedOperationException if the client has no asynchronous interface
     */
    CompletionStage<@Nullable String> getAsync(String key) throws Exception;

    /**
     * Sends one GET for each key together and waits for all replies.
     *
     * @param keys as many as the cell's batch has
     * @param values filled with the values, in the order of the keys
     */
    void getBatch(String[] keys, @Nullable String[] values) throws Exception;

    /** Sends one SET for each key and its value together and waits for all replies. */
    void setBatch(String[] keys, String[] values) throws Exception;

    /**
     * Writes by another client than this one, in a way that this one's cache can hear of where it hears of anything.
     *
     * @throws UnsupportedOperationException if it has no cache
     */
    default void setElsewhere(String key, String value) throws Exception {
        throw new UnsupportedOperationException("it has no cache");
    }

    /** What it has put on the wire, where the client counts that itself. */
    default @Nullable WireCount wireCount() {
        return null;
    }

    /** Disconnects. */
    @Override
    void close();
}
