package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.connection.Node;
import dev.millrace.resilience.Retry;
import org.jspecify.annotations.Nullable;

/** One command of a batch on its way, from round to round, to its outcome. Confined to the calling thread. */
final class Leg {
    private final Command<?> command;
    private final Node first;
    private final boolean fixed;
    private @Nullable Attempt attempt;
    private @Nullable Object outcome;

    /** @param fixed whether it is for this node and no other */
    Leg(Command<?> command, Node node, boolean fixed) {
        this.command = command;
        this.first = node;
        this.fixed = fixed;
    }

    Command<?> command() {
        return attempt == null ? command : attempt.command();
    }

    Node node() {
        return attempt == null ? first : attempt.node();
    }

    boolean isAsking() {
        return attempt != null && attempt.isAsking();
    }

    long pauseNanos() {
        return attempt == null ? 0 : attempt.pauseNanos();
    }

    void outcome(@Nullable Object result) {
        outcome = result;
    }

    @Nullable
    Object outcome() {
        return outcome;
    }

    /** Whether it failed and is sent again; what it failed with stays its outcome until then. */
    boolean again(Topology topology, Retry retry, boolean repeatable, long deadline) {
        if (!(outcome instanceof MillraceException failure)) {
            return false;
        }
        if (attempt == null) {
            attempt = new Attempt(topology, retry, command, first, fixed);
        }
        try {
            return attempt.again(failure, repeatable, System.nanoTime(), deadline);
        } catch (MillraceException e) {
            outcome = e;
            return false;
        }
    }
}
