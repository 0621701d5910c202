package dev.millrace.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A call that the writer reaches, the reader answers and the deadline gives up, all at once: one of them ends it, and
 * whether it was sent is told exactly.
 */
@JCStressTest
@Outcome(id = "sent, FINISHED, false, String", expect = ACCEPTABLE, desc = "answered")
@Outcome(id = "sent, DISCARDED, true, OutcomeUnknown", expect = ACCEPTABLE, desc = "given up after it was sent")
@Outcome(id = "kept back, none, true, NotSent", expect = ACCEPTABLE, desc = "given up before it was sent")
@Outcome(expect = FORBIDDEN, desc = "ended twice, not at all, or with the wrong story")
@State
public class CallFinishersStress {
    private static final Completions COMPLETIONS = new Completions(1);

    private final StressedCall call = new StressedCall();

    /** The writer, and the reader with the reply. */
    @Actor
    public void send(LLLL_Result result) {
        boolean sent = call.trySend();
        result.r1 = sent ? "sent" : "kept back";
        result.r2 = sent ? call.answer("value").name() : "none";
    }

    /** The deadline. */
    @Actor
    public void giveUp(LLLL_Result result) {
        result.r3 = call.giveUp(() -> "late", null, COMPLETIONS);
    }

    /** What the caller gets. */
    @Arbiter
    public void outcome(LLLL_Result result) {
        Object outcome = call.outcome();
        result.r4 = outcome == null ? "nothing" : outcome.getClass().getSimpleName();
    }
}
