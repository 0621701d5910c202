package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.connection.Node;
import dev.millrace.connection.Promise;
import dev.millrace.connection.Unit;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.Retry;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands through a topology: sends each to its node, follows it where that sends it, divides what concerns several
 * nodes, and tries again what is safe to try again, inside the call's deadline.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class Dispatch implements AutoCloseable {
    private final Topology topology;
    private final Retry retry;
    private final ClientListener listener;
    private final boolean heard;
    private final Starts starts;
    private final UnitDispatch units;

    /** A dispatch over a topology; {@code listener} hears how each call ended. */
    public Dispatch(Topology topology, Retry retry, ClientListener listener) {
        this.topology = topology;
        this.retry = retry;
        this.listener = listener;
        this.heard = listener != ClientListener.NONE;
        this.starts = new Starts(topology, retry, listener);
        this.units = new UnitDispatch(topology, retry, listener);
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
        return (T) run(command, timeoutNanos, null);
    }

    /** As {@link #run}, and tells who answered. */
    @SuppressWarnings("unchecked")
    public <T> Answer<T> ask(Command<T> command, long timeoutNanos) {
        Witnesses witnesses = new Witnesses(topology);
        T value = (T) run(command, timeoutNanos, witnesses);
        return new Answer<>(value, witnesses.names(), witnesses.hasReplica());
    }

    private @Nullable Object run(Command<?> command, long timeoutNanos, @Nullable Witnesses witnesses) {
        long started = System.nanoTime();
        long deadline = deadline(command, started, timeoutNanos);
        Object outcome;
        try {
            Node node = topology.nodeFor(command, deadline);
            outcome = node == null
                    ? runParts(command, deadline, witnesses)
                    : node.run(command, topology.deadlineAt(node, deadline));
            if (node != null) {
                if (outcome instanceof MillraceException failure) {
                    Attempt attempt = new Attempt(topology, retry, command, node, false);
                    outcome = runAgain(attempt, failure, deadline);
                    node = attempt.node();
                }
                if (witnesses != null) {
                    witnesses.add(node);
                }
            }
        } catch (MillraceException e) {
            outcome = e;
        }
        if (heard) {
            listener.commandEnded(command.verb().name(), Outcomes.of(outcome), System.nanoTime() - started);
        }
        if (outcome instanceof MillraceException failure) {
            throw failure.raised();
        }
        return outcome;
    }

    /** Runs a command on a node of the caller's choice, as {@link #run} does in all else. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T> @Nullable T runOn(Node node, Command<T> command, long timeoutNanos) {
        long started = System.nanoTime();
        long deadline = deadline(command, started, timeoutNanos);
        Object outcome = node.run(command, deadline);
        if (outcome instanceof MillraceException failure) {
            outcome = runAgain(new Attempt(topology, retry, command, node, true), failure, deadline);
        }
        if (heard) {
            listener.commandEnded(command.verb().name(), Outcomes.of(outcome), System.nanoTime() - started);
        }
        if (outcome instanceof MillraceException failure) {
            throw failure.raised();
        }
        return (T) outcome;
    }

    static long deadline(Command<?> command, long now, long timeoutNanos) {
        long blocking = command.verb().isBlocking() ? command.blockingNanos() : 0;
        return blocking == Long.MAX_VALUE ? Long.MAX_VALUE : now + timeoutNanos + blocking;
    }

    private static @Nullable Object runAgain(Attempt attempt, MillraceException first, long deadline) {
        MillraceException failure = first;
        while (!Thread.currentThread().isInterrupted() && attempt.again(failure, true, System.nanoTime(), deadline)) {
            if (attempt.pauseNanos() > 0) {
                LockSupport.parkNanos(attempt.pauseNanos());
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
            }
            Object outcome = attempt.isAsking()
                    ? attempt.node().runAsking(attempt.command(), deadline)
                    : attempt.node().run(attempt.command(), deadline);
            if (!(outcome instanceof MillraceException next)) {
                return outcome;
            }
            failure = next;
        }
        return failure;
    }

    private @Nullable Object runParts(Command<?> command, long deadline, @Nullable Witnesses witnesses) {
        List<Part> parts = topology.parts(command, deadline);
        return Divided.outcome(command, parts, units.runParts(parts, deadline, witnesses));
    }

    /** Starts a command; the stage ends as {@link #run} would. */
    public <T> Promise<T> start(Command<T> command, long timeoutNanos) {
        return starts.start(command, timeoutNanos);
    }

    /**
     * Runs a unit and waits; every position has an outcome then. The commands of a batch go to their nodes, in one write
     * each and all at once; a transaction goes to the node of its keys.
     *
     * @return what the whole failed with, or null
     */
    public @Nullable MillraceException run(Unit unit, long timeoutNanos) {
        return units.run(unit, timeoutNanos);
    }

    /** Started commands are not tried again any more; those that wait for it are sent at once. */
    @Override
    public void close() {
        starts.close();
    }
}
