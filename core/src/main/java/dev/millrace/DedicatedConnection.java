package dev.millrace;

import dev.millrace.batch.Batch;
import dev.millrace.batch.Transaction;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.connection.Dedicated;
import dev.millrace.connection.Timeouts;
import dev.millrace.connection.Unit;
import dev.millrace.topology.LostScripts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that nobody else uses until it is closed; for optimistic locking:
 *
 * <pre>{@code
 * try (DedicatedConnection connection = redis.dedicated()) {
 *     connection.run(watch("stock:7"));
 *     long stock = Long.parseLong(connection.run(get("stock:7")));
 *     Transaction sale = connection.transaction();
 *     sale.add(set("stock:7", Long.toString(stock - 1)));
 *     sale.run(); // ServerError.TransactionAborted when another client changed the stock
 * }
 * }</pre>
 *
 * <p>Confined to one thread. Nothing is tried again here, for a new connection would not be in the same state; but a
 * script that the server has lost is sent whole, as everywhere.
 */
public final class DedicatedConnection implements AutoCloseable {
    private final Dedicated connection;
    private final Duration commandTimeout;

    DedicatedConnection(Dedicated connection, Duration commandTimeout) {
        this.connection = connection;
        this.commandTimeout = commandTimeout;
    }

    /**
     * Runs a command, any command, and waits for its value, up to the command timeout; a blocking command gets the
     * time it asks the server for on top.
     *
     * @throws MillraceException if the call ends in anything but a value
     */
    public <T> @Nullable T run(Command<T> command) {
        return run(command, commandTimeout);
    }

    /** As {@link #run(Command)}, with a deadline of its own. */
    @SuppressWarnings("unchecked")
    public <T> @Nullable T run(Command<T> command, Duration within) {
        long blocking = command.verb().isBlocking() ? command.blockingNanos() : 0;
        long deadline =
                blocking == Long.MAX_VALUE ? Long.MAX_VALUE : System.nanoTime() + Timeouts.nanosOf(within) + blocking;
        Object outcome = connection.run(command, deadline);
        Command<T> script = outcome instanceof ServerError.NoScript ? command.withScriptSource() : null;
        if (script != null) {
            outcome = connection.run(script, deadline);
        }
        if (outcome instanceof MillraceException failure) {
            throw failure.raised();
        }
        return (T) outcome;
    }

    /** A batch on this connection. */
    public Batch batch() {
        return new Batch(this::runBatch, commandTimeout);
    }

    private @Nullable MillraceException runBatch(Unit unit, long nanos) {
        long deadline = System.nanoTime() + nanos;
        MillraceException whole = connection.run(unit, deadline);
        LostScripts.resend(unit, whole, scripts -> connection.run(scripts, deadline));
        return whole;
    }

    /** A transaction on this connection; it does not run if a key that was watched here has changed. */
    public Transaction transaction() {
        return new Transaction((unit, nanos) -> connection.run(unit, System.nanoTime() + nanos), commandTimeout);
    }

    /** Gives the connection back, or closes it if its state was changed. Does nothing the second time. */
    @Override
    public void close() {
        connection.close();
    }
}
