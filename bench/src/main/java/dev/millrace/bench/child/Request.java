package dev.millrace.bench.child;

import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.client.ServerAddress;
import dev.millrace.bench.workload.Cell;
import org.jspecify.annotations.Nullable;

/**
 * What a child is asked to do. The server's password travels in here, over a pipe, so it is on no command line.
 *
 * @param verb what to do
 * @param client with {@link Verb#OPEN}: the client to open
 * @param server with {@link Verb#OPEN}: the server to connect it to
 * @param cell with {@link Verb#OPEN}: the cell it is opened for
 * @param millis with {@link Verb#MEASURE}: how long callers go on, in milliseconds
 * @param generation with {@link Verb#MEASURE}: the generation of the values that a writing workload writes
 */
public record Request(
        Verb verb,
        @Nullable ClientName client,
        @Nullable ServerAddress server,
        @Nullable Cell cell,
        long millis,
        int generation) {

    /** Opens a client for a cell. */
    public static Request open(ClientName client, ServerAddress server, Cell cell) {
        return new Request(Verb.OPEN, client, server, cell, 0, 0);
    }

    /** Measures the open client. */
    public static Request measure(long millis, int generation) {
        return new Request(Verb.MEASURE, null, null, null, millis, generation);
    }

    /** Closes the open client. */
    public static Request close() {
        return new Request(Verb.CLOSE, null, null, null, 0, 0);
    }

    /** The kinds of request. */
    public enum Verb {
        /** Connect a client. */
        OPEN,
        /** Put load on it and measure. */
        MEASURE,
        /** Disconnect it. */
        CLOSE
    }
}
