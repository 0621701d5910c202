package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.connection.Node;
import dev.millrace.resilience.Retry;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a command, or of a transaction, whose answer was a failure: whether it is sent again, where, and after
 * which pause. All in one place, for blocking, started and batched commands alike:
 *
 * <ul>
 *   <li>refused without effect (MOVED, ASK, TRYAGAIN, CLUSTERDOWN, READONLY where there is another master, UNBLOCKED by a
 *       master that became a replica, NOSCRIPT where the source is known): sent again whatever it is, until the deadline;
 *   <li>never sent, to a node that is not the one for it any more: sent to the one that is;
 *   <li>else what {@link Retry} allows, and never to a replica a second time.
 * </ul>
 *
 * <p>Confined to one thread at a time.
 */
final class Attempt {
    /** So many redirects are followed at once; nodes that disagree longer than that get time to agree. */
    private static final int PROMPT_REDIRECTS = 4;

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    private final Topology topology;
    private final Retry retry;
    private final boolean fixed;
    private Command<?> command;
    private Node node;
    private boolean asking;
    private long pauseNanos;
    private int retried;
    private int refused;

    /**
     * An attempt that has been made once.
     *
     * @param command what is routed by; of a transaction one with a key
     * @param node where it was sent
     * @param fixed whether it is for this node and no other
     */
    Attempt(Topology topology, Retry retry, Command<?> command, Node node, boolean fixed) {
        this.topology = topology;
        this.retry = retry;
        this.command = command;
        this.node = node;
        this.fixed = fixed;
    }

    /** What to send. */
    Command<?> command() {
        return command;
    }

    /** Where to send it. */
    Node node() {
        return node;
    }

    /** Whether ASKING goes before it. */
    boolean isAsking() {
        return asking;
    }

    /** How long to wait before. */
    long pauseNanos() {
        return pauseNanos;
    }

    /**
     * Whether it is sent again.
     *
     * @param repeatable whether a second try is allowed that may be a second time
     * @throws MillraceException if no node is known for it; final
     */
    boolean again(MillraceException failure, boolean repeatable, long now, long deadline) {
        asking = false;
        pauseNanos = 0;
        // Also when this call's time is up: a node that keeps silent gives no other sign, and the next call needs to
        // know.
        boolean replaceable = isUnanswered(failure) && topology.suspect(node);
        if (deadline - now <= 0) {
            return false;
        }
        if (failure instanceof ServerError.NoScript) {
            Command<?> whole = command.withScriptSource();
            command = whole == null ? command : whole;
            return whole != null;
        }
        return !fixed && (elsewhere(failure, deadline) || moved(failure, replaceable, deadline))
                || repeatable && tryAgain(failure, now, deadline);
    }

    /** What was refused without effect, and is to be had at another place or another time. */
    private boolean elsewhere(MillraceException failure, long deadline) {
        switch (failure) {
            case ServerError.Moved answer -> {
                return redirect(topology.moved(answer, node));
            }
            case ServerError.Ask answer -> {
                asking = redirect(topology.asked(answer, node));
                return asking;
            }
            case ServerError.TryAgain answer -> {
                return later(deadline);
            }
            case ServerError.ClusterDown answer -> {
                return topology.suspect(node) && later(deadline);
            }
            case ServerError.MasterDown answer -> {
                return topology.suspect(node) && later(deadline);
            }
            case ServerError.ReadOnlyReplica answer -> {
                return topology.suspect(node) && later(deadline);
            }
            case ServerError.Other answer -> {
                return isDemotion(answer) && topology.suspect(node) && later(deadline);
            }
            default -> {
                return false;
            }
        }
    }

    /** What a master tells those who are blocked at it when it becomes a replica; CLIENT UNBLOCK says it otherwise. */
    private static boolean isDemotion(ServerError answer) {
        return answer.code().equals("UNBLOCKED")
                && String.valueOf(answer.getMessage()).contains("instance state changed");
    }

    private boolean redirect(@Nullable Node to) {
        if (to == null) {
            return false;
        }
        node = to;
        refused++;
        pauseNanos = refused <= PROMPT_REDIRECTS ? 0 : pause();
        return true;
    }

    private boolean later(long deadline) {
        refused++;
        pauseNanos = pause();
        return route(deadline);
    }

    private long pause() {
        return Math.min(LONGEST_PAUSE, SHORTEST_PAUSE << Math.min(10, refused - 1));
    }

    private boolean route(long deadline) {
        Node next = topology.masterFor(command, deadline);
        if (next == null) {
            return false;
        }
        node = next;
        return true;
    }

    /** What never left, for a node whose place another has taken. */
    private boolean moved(MillraceException failure, boolean replaceable, long deadline) {
        boolean neverSent = failure instanceof NotSent && replaceable || failure instanceof Rejected && node.isClosed();
        return neverSent && topology.masterFor(command, deadline) != node && route(deadline);
    }

    private boolean tryAgain(MillraceException failure, long now, long deadline) {
        if (!retry.again(command, failure, retried, deadline - now)) {
            return false;
        }
        retried++;
        Node before = node;
        if (!fixed && !route(deadline)) {
            return false;
        }
        pauseNanos = node == before ? retry.pause().toNanos() : 0; // another need not recover first
        return true;
    }

    /** Whether there was no answer: the connection was lost, or nothing was sent. */
    static boolean isUnanswered(@Nullable Object outcome) {
        return outcome instanceof NotSent || outcome instanceof OutcomeUnknown;
    }
}
