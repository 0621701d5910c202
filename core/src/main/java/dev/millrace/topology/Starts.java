package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.connection.Node;
import dev.millrace.connection.Promise;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.Retry;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Starts commands through a topology; the part of {@link Dispatch} that does not wait. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Starts implements AutoCloseable {
    private final Topology topology;
    private final Retry retry;
    private final ClientListener listener;
    private final boolean heard;
    private final Resends resends = new Resends();

    Starts(Topology topology, Retry retry, ClientListener listener) {
        this.topology = topology;
        this.retry = retry;
        this.listener = listener;
        this.heard = listener != ClientListener.NONE;
    }

    <T> Promise<T> start(Command<T> command, long timeoutNanos) {
        long now = System.nanoTime();
        long deadline = Dispatch.deadline(command, now, timeoutNanos);
        Started<T> promise = new Started<>(command, now, deadline, false);
        try {
            if (!topology.whenKnown(() -> begin(promise), deadline)) {
                begin(promise);
            }
        } catch (MillraceException e) {
            promise.fail(e);
        }
        return promise;
    }

    private <T> void begin(Started<T> promise) {
        try {
            Node node = topology.nodeFor(promise.command, promise.deadline);
            if (node == null) {
                beginParts(promise, topology.parts(promise.command, promise.deadline));
            } else {
                promise.on(node);
            }
        } catch (RuntimeException e) {
            promise.fail(e instanceof MillraceException failure ? failure : notSent(promise.command, e));
        }
    }

    private <T> void beginParts(Started<T> whole, List<Part> parts) {
        PartOutcomes<T> outcomes = new PartOutcomes<>(whole, parts);
        for (int i = 0; i < parts.size(); i++) {
            beginPart(parts.get(i).command(), parts.get(i).node(), outcomes, i);
        }
    }

    private <P> void beginPart(Command<P> command, @Nullable Node fixed, PartOutcomes<?> outcomes, int position) {
        StartedPart<P> promise = new StartedPart<>(command, fixed != null, outcomes, position);
        try {
            Node node = fixed != null ? fixed : topology.nodeFor(command, outcomes.whole.deadline);
            if (node == null) {
                throw new IllegalStateException(command + " is a part and has parts");
            }
            promise.on(node);
        } catch (RuntimeException e) {
            promise.fail(e instanceof MillraceException failure ? failure : notSent(command, e));
        }
    }

    private static NotSent notSent(Command<?> command, Throwable cause) {
        return new NotSent(command + " was not sent: " + cause, cause);
    }

    /** Started commands are not tried again any more; those that wait for it are sent at once. */
    @Override
    public void close() {
        resends.close();
    }

    /** The promise of a started command: tries again in its own time, and reports its end. */
    private class Started<T> extends Promise<T> {
        private final Command<T> command;
        private final long startedAt;
        private final long deadline;
        private final boolean fixed;
        private @Nullable Node node;
        private @Nullable Attempt attempt;

        /** @param fixed whether it is for the node it is begun on and no other */
        Started(Command<T> command, long startedAt, long deadline, boolean fixed) {
            this.command = command;
            this.startedAt = startedAt;
            this.deadline = deadline;
            this.fixed = fixed;
        }

        void on(Node first) {
            node = first;
            first.start(command, this, topology.deadlineAt(first, deadline));
        }

        @Override
        protected boolean tryAgain(MillraceException failure) {
            Node first = node;
            if (first == null) {
                return false;
            }
            if (attempt == null) {
                attempt = new Attempt(topology, retry, command, first, fixed);
            }
            try {
                if (!attempt.again(failure, true, System.nanoTime(), deadline)) {
                    return false;
                }
            } catch (MillraceException e) {
                return false; // what it failed with says more than that there is no other node
            }
            if (attempt.pauseNanos() > 0) {
                return resends.later(this::resend, attempt.pauseNanos());
            }
            resend();
            return true;
        }

        private void resend() {
            Attempt next = attempt;
            if (next == null) {
                return;
            }
            try {
                if (next.isAsking()) {
                    next.node().startAsking(next.command(), this, deadline);
                } else {
                    next.node().start(next.command(), this, deadline);
                }
            } catch (RuntimeException | Error e) {
                fail(new NotSent(next.command() + " was not sent again: " + e, e));
            }
        }

        void fail(MillraceException failure) {
            ended(failure);
            completeExceptionally(failure);
        }

        @SuppressWarnings("unchecked")
        void end(@Nullable Object outcome) {
            if (outcome instanceof MillraceException failure) {
                fail(failure);
            } else {
                ended(outcome);
                complete((T) outcome);
            }
        }

        @Override
        protected void ended(@Nullable Object outcome) {
            if (heard) {
                listener.commandEnded(command.verb().name(), Outcomes.of(outcome), System.nanoTime() - startedAt);
            }
        }
    }

    /** The promise of one part of a started command. */
    private final class StartedPart<T> extends Started<T> {
        private final PartOutcomes<?> outcomes;
        private final int position;

        StartedPart(Command<T> command, boolean fixed, PartOutcomes<?> outcomes, int position) {
            super(command, outcomes.whole.startedAt, outcomes.whole.deadline, fixed);
            this.outcomes = outcomes;
            this.position = position;
        }

        @Override
        protected void ended(@Nullable Object outcome) {
            outcomes.set(position, outcome);
        }
    }

    /** How the parts of a started command ended; the last one ends the whole. */
    private final class PartOutcomes<T> {
        private final Started<T> whole;
        private final List<Part> parts;
        private final AtomicReferenceArray<@Nullable Object> outcomes;
        private final AtomicInteger left;

        PartOutcomes(Started<T> whole, List<Part> parts) {
            this.whole = whole;
            this.parts = parts;
            this.outcomes = new AtomicReferenceArray<>(parts.size());
            this.left = new AtomicInteger(parts.size());
        }

        void set(int position, @Nullable Object outcome) {
            outcomes.set(position, outcome);
            if (left.decrementAndGet() == 0) {
                @Nullable Object[] all = new Object[parts.size()];
                for (int i = 0; i < all.length; i++) {
                    all[i] = outcomes.get(i);
                }
                whole.end(Divided.outcome(whole.command, parts, all));
            }
        }
    }
}
