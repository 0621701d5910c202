package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.ServerError;
import dev.millrace.connection.Promise;
import dev.millrace.connection.Unit;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.Retry;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands through a topology: sends each to its node, sends a script whole when the server has lost it, and tries
 * again what is safe to try again, inside the call's deadline.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class Dispatch implements AutoCloseable {
    private final Topology topology;
    private final Retry retry;
    private final ClientListener listener;
    private final boolean heard;
    private final Resends resends;

    /** A dispatch over a topology; {@code listener} hears how each call ended. */
    public Dispatch(Topology topology, Retry retry, ClientListener listener) {
        this.topology = topology;
        this.retry = retry;
        this.listener = listener;
        this.heard = listener != ClientListener.NONE;
        this.resends = new Resends(retry.pause().toNanos());
    }

    /** The topology that is dispatched to. */
    public Topology topology() {
        return topology;
    }

    /**
     * Runs a command and waits for its value.
     *
     * @throws MillraceException if the call ends in anything but a value
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T> @Nullable T run(Command<T> command, long timeoutNanos) {
        long started = System.nanoTime();
        long deadline = deadline(command, started, timeoutNanos);
        Object outcome = topology.nodeFor(command).run(command, deadline);
        if (outcome instanceof MillraceException failure) {
            outcome = runAgain(command, failure, deadline);
        }
        if (heard) {
            listener.commandEnded(command.verb().name(), Outcomes.of(outcome), System.nanoTime() - started);
        }
        if (outcome instanceof MillraceException failure) {
            throw failure.raised();
        }
        return (T) outcome;
    }

    private static long deadline(Command<?> command, long now, long timeoutNanos) {
        long blocking = command.verb().isBlocking() ? command.blockingNanos() : 0;
        return blocking == Long.MAX_VALUE ? Long.MAX_VALUE : now + timeoutNanos + blocking;
    }

    private @Nullable Object runAgain(Command<?> command, MillraceException first, long deadline) {
        MillraceException failure = first;
        Command<?> sent = command;
        int tried = 0;
        while (true) {
            Command<?> whole = failure instanceof ServerError.NoScript ? sent.withScriptSource() : null;
            if (whole != null) {
                sent = whole;
            } else if (retry.again(sent, failure, tried, deadline - System.nanoTime())) {
                tried++;
                LockSupport.parkNanos(retry.pause().toNanos());
                if (Thread.currentThread().isInterrupted()) {
                    return failure;
                }
            } else {
                return failure;
            }
            Object outcome = topology.nodeFor(sent).run(sent, deadline);
            if (!(outcome instanceof MillraceException next)) {
                return outcome;
            }
            failure = next;
        }
    }

    /** Starts a command; the stage ends as {@link #run} would. */
    public <T> Promise<T> start(Command<T> command, long timeoutNanos) {
        long started = System.nanoTime();
        Started<T> promise = new Started<>(command, started, deadline(command, started, timeoutNanos));
        topology.nodeFor(command).start(command, promise, promise.deadline);
        return promise;
    }

    /**
     * Runs a unit on the node of its first key and waits; every position has an outcome then. Scripts that the server
     * had lost are sent again, whole, in one more trip, and keep their position. A batch whose connection was lost is
     * tried again if every command in it may be.
     *
     * @return what the whole failed with, or null
     */
    public @Nullable MillraceException run(Unit unit, long timeoutNanos) {
        refuseDedicated(unit);
        long started = System.nanoTime();
        long deadline = started + timeoutNanos;
        MillraceException whole = topology.nodeFor(unit.command(0)).run(unit, deadline);
        if (!unit.isTransaction()) {
            whole = whole == null ? null : runAgain(unit, whole, deadline);
            LostScripts.resend(
                    unit, whole, scripts -> topology.nodeFor(scripts.command(0)).run(scripts, deadline));
        }
        if (heard) {
            for (int i = 0; i < unit.size(); i++) {
                listener.commandEnded(
                        unit.command(i).verb().name(),
                        Outcomes.of(unit.outcome(i, whole)),
                        System.nanoTime() - started);
            }
        }
        return whole;
    }

    private @Nullable MillraceException runAgain(Unit unit, MillraceException first, long deadline) {
        MillraceException failure = first;
        for (int tried = 0;
                unit.isIdempotent() && retry.again(unit.command(0), failure, tried, deadline - System.nanoTime());
                tried++) {
            LockSupport.parkNanos(retry.pause().toNanos());
            Unit again = unit.copy();
            MillraceException whole = topology.nodeFor(unit.command(0)).run(again, deadline);
            for (int i = 0; i < unit.size(); i++) {
                if (isUnanswered(unit.outcome(i, failure))) {
                    unit.replace(i, again.outcome(i, whole));
                }
            }
            if (whole == null || Thread.currentThread().isInterrupted()) {
                return whole;
            }
            failure = whole;
        }
        return failure;
    }

    private static boolean isUnanswered(@Nullable Object outcome) {
        return outcome instanceof NotSent || outcome instanceof OutcomeUnknown;
    }

    /** Started commands are not tried again any more; those that wait for it are sent at once. */
    @Override
    public void close() {
        resends.close();
    }

    private static void refuseDedicated(Unit unit) {
        for (int i = 0; i < unit.size(); i++) {
            if (unit.command(i).verb().needsDedicatedConnection()) {
                throw new Misuse(unit.command(i)
                                + " blocks or changes its connection and can't be part of a batch or transaction; run it"
                                + " by itself, or on dedicated()")
                        .raised();
            }
        }
    }

    /** The promise of a started command: tries again in its own time, and reports its end. */
    private final class Started<T> extends Promise<T> {
        private final long startedAt;
        private final long deadline;
        private Command<T> sent;
        private int tried;

        Started(Command<T> command, long startedAt, long deadline) {
            this.sent = command;
            this.startedAt = startedAt;
            this.deadline = deadline;
        }

        @Override
        protected boolean tryAgain(MillraceException failure) {
            Command<T> whole = failure instanceof ServerError.NoScript ? sent.withScriptSource() : null;
            if (whole != null) {
                sent = whole;
                resend();
                return true;
            }
            if (retry.again(sent, failure, tried, deadline - System.nanoTime())) {
                tried++;
                return resends.later(this::resend);
            }
            return false;
        }

        private void resend() {
            try {
                topology.nodeFor(sent).start(sent, this, deadline);
            } catch (RuntimeException | Error e) {
                NotSent failure = new NotSent(sent + " was not sent again: " + e, e);
                ended(failure);
                completeExceptionally(failure);
            }
        }

        @Override
        protected void ended(@Nullable Object outcome) {
            if (heard) {
                listener.commandEnded(sent.verb().name(), Outcomes.of(outcome), System.nanoTime() - startedAt);
            }
        }
    }
}
