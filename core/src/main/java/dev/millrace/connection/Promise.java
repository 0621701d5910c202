package dev.millrace.connection;

import dev.millrace.command.MillraceException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The stage of a command that was started and not waited for. Cancelling it, or completing it from outside, does not
 * take the command back: its reply is read and thrown away. Thread-safe, as its parent is.
 */
public class Promise<T extends @Nullable Object> extends CompletableFuture<T> {
    /** A promise that is kept by a connection. */
    public Promise() {}

    /** Completes it with an outcome: a {@link MillraceException} fails it, anything else is its value. */
    @SuppressWarnings({"unchecked", "NullAway"}) // the outcome was decoded by the command that made the promise
    void keep(@Nullable Object outcome) {
        if (!(outcome instanceof MillraceException failure)) {
            ended(outcome);
            complete((T) outcome);
        } else if (isDone() || !tryAgain(failure)) {
            ended(failure);
            completeExceptionally(failure);
        }
    }

    /** Told the final outcome, before the stage is completed with it. */
    protected void ended(@Nullable Object outcome) {}

    /**
     * Asked before the promise fails; whoever answers true has started the command again and keeps the promise later.
     */
    protected boolean tryAgain(MillraceException failure) {
        return false;
    }

    /** Stages that follow are plain ones: only this one belongs to a command. */
    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
