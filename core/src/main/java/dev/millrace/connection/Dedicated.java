package dev.millrace.connection;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.NotSent;
import dev.millrace.command.ServerError;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connection that belongs to its borrower until it is closed: for WATCH, SELECT, MONITOR, and what else changes or
 * blocks its connection. One thread at a time.
 *
 * <p>Closing gives it back when nothing but data commands were run on it; after a command that changed the connection,
 * the socket is closed and another is opened when one is needed.
 */
public final class Dedicated implements AutoCloseable {
    private final DedicatedPool pool;
    private final DirectConnection connection;
    private final AtomicBoolean returned = new AtomicBoolean();
    private boolean changed;

    Dedicated(DedicatedPool pool, DirectConnection connection) {
        this.pool = pool;
        this.connection = connection;
    }

    /** Runs a command; answers its value or the {@link MillraceException} it failed with, not yet raised. */
    public @Nullable Object run(Command<?> command, long deadline) {
        if (returned.get()) {
            return new NotSent(command + " was not sent: the dedicated connection is closed");
        }
        if (command.verb().isStreaming()) {
            return streaming(command);
        }
        changed |= changes(command);
        Object outcome = connection.run(command, deadline);
        // A master that becomes a replica says so to those who are blocked at it, and closes their connections.
        changed |= outcome instanceof ServerError error && error.code().equals("UNBLOCKED");
        return outcome;
    }

    /** Runs a unit; answers what the whole failed with, or null. */
    public @Nullable MillraceException run(Unit unit, long deadline) {
        if (returned.get()) {
            return new NotSent(unit.describe() + " was not sent: the dedicated connection is closed");
        }
        for (int i = 0; i < unit.size(); i++) {
            if (unit.command(i).verb().isStreaming()) {
                return streaming(unit.command(i));
            }
            changed |= changes(unit.command(i));
        }
        return connection.run(unit, deadline);
    }

    private static Misuse streaming(Command<?> command) {
        return new Misuse(command + " is not answered once but by a stream of messages, or not at all, and can't be run"
                + " as a command; to hear messages, use subscribe");
    }

    private static boolean changes(Command<?> command) {
        return command.verb().needsDedicatedConnection() && !command.verb().isBlocking();
    }

    /** Gives the connection back; does nothing the second time. */
    @Override
    public void close() {
        if (returned.compareAndSet(false, true)) {
            pool.giveBack(connection, changed);
        }
    }
}
