package dev.millrace.batch;

import dev.millrace.command.MillraceException;
import dev.millrace.connection.Unit;
import org.jspecify.annotations.Nullable;

/** Runs the gathered commands; the client's dispatch, or a dedicated connection. */
@FunctionalInterface
public interface UnitRunner {
    /** Runs a unit and waits; answers what the whole failed with, or null. */
    @Nullable
    MillraceException run(Unit unit, long timeoutNanos);
}
