package dev.millrace.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Whoever sees that a call is done sees its outcome, whole. */
@JCStressTest
@Outcome(id = "-1", expect = ACCEPTABLE, desc = "not done yet")
@Outcome(id = "42", expect = ACCEPTABLE, desc = "done, with its outcome")
@Outcome(expect = FORBIDDEN, desc = "done without its outcome")
@State
public class CallOutcomeStress {
    private final StressedCall call = new StressedCall();

    /** The reader. */
    @Actor
    public void answer() {
        int[] value = new int[1];
        value[0] = 42;
        if (call.trySend()) {
            call.answer(value);
        }
    }

    /** The caller that looks. */
    @Actor
    public void look(I_Result result) {
        if (call.isDone()) {
            result.r1 = call.outcome() instanceof int[] value ? value[0] : -2;
        } else {
            result.r1 = -1;
        }
    }
}
