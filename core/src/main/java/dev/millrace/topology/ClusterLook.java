package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Value;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Node;
import dev.millrace.connection.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One look at a cluster: asks a few nodes at the same time what they see, and takes the view that knows most. Confined to
 * the thread that looks; the questions run on virtual threads of their own.
 */
final class ClusterLook {
    /** How many nodes are asked at once: one may be cut off from the others and not know it yet. */
    private static final int AT_ONCE = 3;

    /** After one has answered, the others have this long. */
    private static final long OTHERS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Command<Value> SLOTS = Command.of("CLUSTER SLOTS").readOnly();
    private static final Command<Value> INFO = Command.of("CLUSTER INFO").readOnly();

    /** Whom to ask, and where it is; the node is asked for only when its turn comes, for that may make it. */
    record Source(Endpoint.Tcp endpoint, Supplier<Node> node) {}

    /** What one said: a view, or why there is none. */
    private record Answer(@Nullable ClusterView view, String failure) {}

    private final long patienceNanos;
    private String failure = "no node was asked";

    /** @param patience how long a node may take to answer */
    ClusterLook(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    /** The best view that the sources have, in groups until one of them has any; null if none has. */
    @Nullable
    ClusterView of(List<Source> sources) throws InterruptedException {
        for (int from = 0; from < sources.size(); from += AT_ONCE) {
            ClusterView best = ask(sources.subList(from, Math.min(from + AT_ONCE, sources.size())));
            if (best != null) {
                return best;
            }
        }
        return null;
    }

    /** Why there was no view. */
    String failure() {
        return failure;
    }

    private @Nullable ClusterView ask(List<Source> sources) throws InterruptedException {
        long deadline = System.nanoTime() + patienceNanos;
        BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        List<Thread> asking = new ArrayList<>();
        for (Source source : sources) {
            asking.add(Thread.ofVirtual()
                    .name("millrace-topology-question")
                    .start(() -> answers.add(answer(source, deadline))));
        }
        try {
            ClusterView best = null;
            long end = deadline + OTHERS_NANOS;
            for (int i = 0; i < sources.size(); i++) {
                Answer answer = answers.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (answer == null) {
                    break;
                }
                ClusterView view = answer.view();
                if (view == null) {
                    failure = answer.failure();
                } else {
                    best = best == null || view.isBetterThan(best) ? view : best;
                    end = Math.min(end, System.nanoTime() + OTHERS_NANOS);
                }
            }
            return best;
        } finally {
            asking.forEach(Thread::interrupt);
        }
    }

    private static Answer answer(Source source, long deadline) {
        try {
            return ask(source, deadline);
        } catch (MillraceException e) {
            return new Answer(null, String.valueOf(e.getMessage())); // the client is being closed
        }
    }

    private static Answer ask(Source source, long deadline) {
        Node node = source.node().get();
        Unit questions = new Unit(List.of(SLOTS, INFO), false);
        MillraceException whole = node.run(questions, deadline);
        Object slots = questions.outcome(0, whole);
        Object info = questions.outcome(1, whole);
        if (slots instanceof MillraceException refused) {
            return new Answer(null, node.name() + ": " + refused.getMessage());
        }
        try {
            ClusterView view = ClusterView.of(
                    (Value) Objects.requireNonNull(slots),
                    info instanceof Value facts ? facts.asText() : null,
                    source.endpoint());
            return view.ranges().isEmpty()
                    ? new Answer(null, node.name() + " knows of no slots that are served")
                    : new Answer(view, "");
        } catch (RuntimeException e) {
            return new Answer(null, node.name() + " answered what is not understood: " + e.getMessage());
        }
    }
}
