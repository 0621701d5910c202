package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.connection.Node;
import dev.millrace.connection.Unit;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.Retry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs batches and transactions through a topology; the part of {@link Dispatch} that is for units. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class UnitDispatch {
    private final Topology topology;
    private final Retry retry;
    private final ClientListener listener;

    UnitDispatch(Topology topology, Retry retry, ClientListener listener) {
        this.topology = topology;
        this.retry = retry;
        this.listener = listener;
    }

    @Nullable
    MillraceException run(Unit unit, long timeoutNanos) {
        refuseDedicated(unit);
        long started = System.nanoTime();
        long deadline = started + timeoutNanos;
        MillraceException whole;
        try {
            whole = unit.isTransaction() ? runTransaction(unit, deadline) : runBatch(unit, deadline);
        } catch (MillraceException e) {
            whole = e; // nowhere to send it
        }
        if (listener != ClientListener.NONE) {
            for (int i = 0; i < unit.size(); i++) {
                listener.commandEnded(
                        unit.command(i).verb().name(),
                        Outcomes.of(unit.outcome(i, whole)),
                        System.nanoTime() - started);
            }
        }
        return whole;
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

    // ---- batches ----

    private @Nullable MillraceException runBatch(Unit unit, long deadline) {
        Node only = onlyNode(unit, deadline);
        if (only == null) {
            return runDivided(unit, deadline);
        }
        MillraceException whole = only.run(unit, topology.deadlineAt(only, deadline));
        List<Integer> positions = new ArrayList<>(0);
        List<Leg> failed = new ArrayList<>(0);
        for (int i = 0; i < unit.size(); i++) {
            Object outcome = unit.outcome(i, whole);
            if (outcome instanceof MillraceException) {
                Leg leg = new Leg(unit.command(i), only, false);
                leg.outcome(outcome);
                positions.add(i);
                failed.add(leg);
            }
        }
        if (failed.isEmpty()) {
            return whole;
        }
        new Rounds(topology, retry, deadline).runAgain(failed);
        boolean stillFailing = false;
        for (int i = 0; i < failed.size(); i++) {
            unit.replace(positions.get(i), failed.get(i).outcome());
            stillFailing |= Attempt.isUnanswered(failed.get(i).outcome());
        }
        return stillFailing ? whole : null;
    }

    /** The node that all commands are for; null when there are several. */
    private @Nullable Node onlyNode(Unit unit, long deadline) {
        Node only = null;
        for (int i = 0; i < unit.size(); i++) {
            Node node = nodeFor(unit.command(i), deadline);
            if (node == null || (only != null && node != only)) {
                return null;
            }
            only = node;
        }
        return only;
    }

    /** Null also for a command that can't be sent at all: that is its own failure then, and not the batch's. */
    private @Nullable Node nodeFor(Command<?> command, long deadline) {
        try {
            return topology.nodeFor(command, deadline);
        } catch (Misuse e) {
            return null;
        }
    }

    private @Nullable MillraceException runDivided(Unit unit, long deadline) {
        @Nullable Object[] outcomes = new Object[unit.size()];
        List<Leg> all = new ArrayList<>(unit.size());
        List<Runnable> endings = new ArrayList<>(unit.size());
        for (int i = 0; i < unit.size(); i++) {
            int position = i;
            Command<?> command = unit.command(i);
            try {
                Node node = topology.nodeFor(command, deadline);
                if (node != null) {
                    Leg leg = new Leg(command, node, false);
                    all.add(leg);
                    endings.add(() -> outcomes[position] = leg.outcome());
                } else {
                    List<Part> parts = topology.parts(command, deadline);
                    List<Leg> legs = legs(parts, deadline);
                    all.addAll(legs);
                    endings.add(() -> outcomes[position] = Divided.outcome(command, parts, outcomes(legs)));
                }
            } catch (MillraceException e) {
                outcomes[position] = e;
            }
        }
        new Rounds(topology, retry, deadline).run(all);
        endings.forEach(Runnable::run);
        unit.answer(outcomes);
        return null;
    }

    /** Runs the parts of one command; answers their outcomes. */
    @Nullable
    Object[] runParts(List<Part> parts, long deadline, @Nullable Witnesses witnesses) {
        List<Leg> legs = legs(parts, deadline);
        if (parts.stream().anyMatch(part -> part.command().verb().needsDedicatedConnection())) {
            // FUNCTION KILL and the like: no batch can hold them, and there is one per master at the most.
            legs.forEach(leg -> leg.outcome(leg.node().run(leg.command(), deadline)));
        } else {
            new Rounds(topology, retry, deadline).run(legs);
        }
        if (witnesses != null) {
            legs.forEach(leg -> witnesses.add(leg.node()));
        }
        return outcomes(legs);
    }

    private List<Leg> legs(List<Part> parts, long deadline) {
        List<Leg> legs = new ArrayList<>(parts.size());
        for (Part part : parts) {
            Node fixed = part.node();
            Node node = fixed != null ? fixed : topology.nodeFor(part.command(), deadline);
            if (node == null) {
                throw new IllegalStateException(part.command() + " is a part and has parts");
            }
            legs.add(new Leg(part.command(), node, fixed != null));
        }
        return legs;
    }

    private static @Nullable Object[] outcomes(List<Leg> legs) {
        return legs.stream().map(Leg::outcome).toArray();
    }

    // ---- transactions ----

    private @Nullable MillraceException runTransaction(Unit unit, long deadline) {
        Command<?> routed = topology.routed(unit, deadline);
        Node node = topology.masterFor(routed, deadline);
        if (node == null) {
            throw new Misuse(routed + " concerns several nodes and can't be part of a transaction").raised();
        }
        MillraceException whole = node.run(unit, deadline);
        Attempt attempt = null;
        while (true) {
            MillraceException failure = whole != null ? whole : unit.aborted();
            if (failure == null || Thread.currentThread().isInterrupted()) {
                return whole;
            }
            if (attempt == null) {
                attempt = new Attempt(topology, retry, routed, node, false);
            }
            if (!attempt.again(failure, false, System.nanoTime(), deadline)) {
                return whole;
            }
            LockSupport.parkNanos(attempt.pauseNanos());
            Unit again = attempt.isAsking() ? unit.copyAsking() : unit.copy();
            whole = attempt.node().run(again, deadline);
            unit.become(again, whole);
        }
    }
}
