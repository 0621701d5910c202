package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.command.Value;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Node;
import dev.millrace.connection.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One look at a master through its Sentinels: asks all of them at the same time, each in one trip, and goes on as soon as
 * a majority agrees. Confined to the thread that looks; the questions run on virtual threads of their own.
 */
final class SentinelLook {
    /** When a majority agrees, the others have this long: one of them may know of something newer. */
    private static final long OTHERS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int NAMED_FAILURES = 3;

    /** Whom to ask, and where it is. */
    record Source(Endpoint.Tcp endpoint, Node node) {}

    /** What one said: a view, or why there is none. */
    private record Answer(
            Endpoint.Tcp asked,
            @Nullable SentinelView view,
            @Nullable MillraceException failure) {
        boolean isRefusal() {
            return failure instanceof ServerError;
        }
    }

    private final String master;
    private final long patienceNanos;
    private final SentinelVotes votes;
    private final List<Answer> failed = new ArrayList<>();

    /**
     * A look that has not begun.
     *
     * @param master the name the Sentinels know the master by
     * @param patience how long a Sentinel may take to answer
     */
    SentinelLook(String master, Duration patience, SentinelVotes votes) {
        this.master = master;
        this.patienceNanos = patience.toNanos();
        this.votes = votes;
    }

    /** Asks all; null when at least one named an address, else why none did. */
    @Nullable
    String ask(List<Source> sentinels) throws InterruptedException {
        long deadline = System.nanoTime() + patienceNanos;
        long end = deadline + OTHERS_NANOS; // who does not answer says why only after the deadline
        BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        List<Thread> asking = new ArrayList<>();
        for (Source sentinel : sentinels) {
            asking.add(Thread.ofVirtual()
                    .name("millrace-sentinel-question")
                    .start(() -> answers.add(ask(sentinel, deadline))));
        }
        try {
            for (int i = 0; i < sentinels.size(); i++) {
                Answer answer = answers.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (answer == null) {
                    break;
                }
                SentinelView view = answer.view();
                if (view == null) {
                    failed.add(answer);
                } else {
                    votes.add(view);
                    end = votes.isDecided() ? Math.min(end, System.nanoTime() + OTHERS_NANOS) : end;
                }
            }
        } finally {
            asking.forEach(Thread::interrupt);
        }
        return votes.isMasterKnown() ? null : failure(sentinels.size());
    }

    private Answer ask(Source sentinel, long deadline) {
        Unit questions = new Unit(
                List.of(
                        Command.of("SENTINEL GET-MASTER-ADDR-BY-NAME", master),
                        Command.of("SENTINEL MYID"),
                        Command.of("SENTINEL MASTER", master),
                        Command.of("SENTINEL REPLICAS", master),
                        Command.of("SENTINEL SENTINELS", master)),
                false);
        MillraceException whole = sentinel.node().run(questions, deadline);
        Endpoint.Tcp asked = sentinel.endpoint();
        if (questions.outcome(0, whole) instanceof MillraceException failure) {
            return new Answer(asked, null, failure);
        }
        try {
            // Only the address is needed. A Sentinel's user may be allowed no more, and an old one knows no more.
            Value id = value(questions, 1, whole);
            Value replicas = value(questions, 3, whole);
            if (questions.outcome(3, whole) instanceof ServerError
                    && sentinel.node().run(Command.of("SENTINEL SLAVES", master), deadline) instanceof Value slaves) {
                replicas = slaves;
            }
            return new Answer(
                    asked,
                    new SentinelView(
                            id instanceof Value.Bytes told ? String.valueOf(told.asText()) : asked.name(),
                            asked,
                            SentinelView.address(value(questions, 0, whole), asked),
                            SentinelView.epoch(value(questions, 2, whole)),
                            SentinelView.replicas(replicas, asked),
                            SentinelView.others(value(questions, 4, whole), asked)),
                    null);
        } catch (MillraceException e) {
            return new Answer(asked, null, e);
        }
    }

    private static Value value(Unit questions, int index, @Nullable MillraceException whole) {
        return questions.outcome(index, whole) instanceof Value value ? value : new Value.Null();
    }

    private String failure(int asked) {
        if (votes.answered() > 0) {
            return (votes.answered() == 1 ? "the Sentinel that answered knows" : "none of the Sentinels knows")
                    + (votes.answered() == 1 ? " no master of that name" : " a master of that name")
                    + "; SENTINEL MASTERS lists the names they know";
        }
        for (Answer answer : failed) {
            if (answer.isRefusal()) {
                return "the Sentinel at " + answer.asked().name() + " refuses this client (" + message(answer)
                        + "); Sentinels have users and passwords of their own";
            }
        }
        return asked
                + (asked == 1 ? " Sentinel was asked and did not answer" : " Sentinels were asked and none answered")
                + failed.stream()
                        .limit(NAMED_FAILURES)
                        .map(SentinelLook::message)
                        .collect(Collectors.joining("; ", failed.isEmpty() ? "" : ": ", ""));
    }

    private static String message(Answer answer) {
        MillraceException failure = answer.failure();
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }
}
