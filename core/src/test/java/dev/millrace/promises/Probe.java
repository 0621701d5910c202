package dev.millrace.promises;

import dev.millrace.command.Command;
import dev.millrace.command.ServerError;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One command with what its answer must be.
 *
 * @param command what is sent
 * @param check holds a value against what it must be
 * @param refusal the only error the server may answer, or null
 * @param settled told how the call ended, whatever it was
 */
record Probe<T>(
        Command<T> command,
        Consumer<@Nullable T> check,
        @Nullable Class<? extends ServerError> refusal,
        Consumer<Tally.End> settled) {
    /** A command that the server must not refuse. */
    static <T> Probe<T> of(Command<T> command, Consumer<@Nullable T> check) {
        return new Probe<>(command, check, null, end -> {});
    }

    /** A command that the server must refuse, with this error. */
    static <T> Probe<T> refused(Command<T> command, Class<? extends ServerError> refusal, MixUps mixUps) {
        return new Probe<>(
                command, value -> mixUps.report(command + " should be refused, was " + value), refusal, end -> {});
    }

    /** The same, with somebody who is told how it ended. */
    Probe<T> settling(Consumer<Tally.End> told) {
        return new Probe<>(command, check, refusal, told);
    }

    /** Takes how the call ended: counts it, and checks what was answered. */
    void end(@Nullable T value, @Nullable Throwable failure, Tally tally, MixUps mixUps) {
        if (failure instanceof CancellationException) {
            tally.count(Tally.End.CANCELLED);
            settled.accept(Tally.End.CANCELLED);
            return;
        }
        Tally.End end = tally.count(failure);
        if (failure == null) {
            check.accept(value);
        } else if (failure instanceof ServerError error
                && !isPassing(error)
                && (refusal == null || !refusal.isInstance(error))) {
            mixUps.report(command + " was answered with an error that is not its own: " + error.getMessage());
        }
        settled.accept(end);
    }

    /** What a server that was restarted, or whose cluster changes, may say to anything. */
    private static boolean isPassing(ServerError error) {
        return error instanceof ServerError.Loading
                || error instanceof ServerError.Moved
                || error instanceof ServerError.Ask
                || error instanceof ServerError.TryAgain
                || error instanceof ServerError.ClusterDown
                || error instanceof ServerError.MasterDown
                || error instanceof ServerError.ReadOnlyReplica;
    }
}
