package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Value;
import dev.millrace.connection.Node;
import dev.millrace.connection.Trip;
import dev.millrace.connection.Unit;
import dev.millrace.resilience.Retry;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends the commands of a batch, and those again that are to be sent again, in rounds: in each, one unit to every node
 * concerned, all of them at once. What goes to one node keeps its order. Confined to the calling thread.
 */
final class Rounds {
    private static final Command<Value> ASKING = Command.of("ASKING");

    private final Topology topology;
    private final Retry retry;
    private final long deadline;

    Rounds(Topology topology, Retry retry, long deadline) {
        this.topology = topology;
        this.retry = retry;
        this.deadline = deadline;
    }

    /** Sends them until each has its last outcome. */
    void run(List<Leg> legs) {
        List<Leg> open = legs;
        while (!open.isEmpty()) {
            send(open);
            open = again(open);
        }
    }

    /** Goes on where each has had an outcome. */
    void runAgain(List<Leg> answered) {
        run(again(answered));
    }

    private void send(List<Leg> legs) {
        Map<Node, List<Leg>> byNode = new IdentityHashMap<>();
        for (Leg leg : legs) {
            byNode.computeIfAbsent(leg.node(), node -> new ArrayList<>()).add(leg);
        }
        if (byNode.size() == 1) {
            Unit unit = unit(legs);
            Node only = legs.getFirst().node();
            take(legs, unit, only.run(unit, topology.deadlineAt(only, deadline)));
            return;
        }
        List<Runnable> arrivals = new ArrayList<>(byNode.size());
        byNode.forEach((node, its) -> {
            Unit unit = unit(its);
            Trip trip = node.send(unit, topology.deadlineAt(node, deadline));
            arrivals.add(() -> take(its, unit, trip.await()));
        });
        arrivals.forEach(Runnable::run);
    }

    private static Unit unit(List<Leg> legs) {
        List<Command<?>> commands = new ArrayList<>(legs.size());
        for (Leg leg : legs) {
            if (leg.isAsking()) {
                commands.add(ASKING);
            }
            commands.add(leg.command());
        }
        return new Unit(commands, false);
    }

    private static void take(List<Leg> legs, Unit unit, @Nullable MillraceException whole) {
        int position = 0;
        for (Leg leg : legs) {
            position += leg.isAsking() ? 1 : 0;
            leg.outcome(unit.outcome(position++, whole));
        }
    }

    /** Those that are sent again, after the longest pause that one of them needs. */
    private List<Leg> again(List<Leg> answered) {
        List<Leg> again = new ArrayList<>();
        if (Thread.currentThread().isInterrupted()) {
            return again;
        }
        Map<Node, Boolean> repeatable = new IdentityHashMap<>();
        for (Leg leg : answered) {
            if (Attempt.isUnanswered(leg.outcome())) {
                repeatable.merge(leg.node(), leg.command().verb().isIdempotent(), Boolean::logicalAnd);
            }
        }
        long pause = 0;
        for (Leg leg : answered) {
            // A read behind a write that may have been lost is not repeated by itself: it stands for what it saw there.
            if (leg.again(topology, retry, repeatable.getOrDefault(leg.node(), true), deadline)) {
                pause = Math.max(pause, leg.pauseNanos());
                again.add(leg);
            }
        }
        if (pause > 0 && !again.isEmpty()) {
            LockSupport.parkNanos(pause);
        }
        return again;
    }
}
