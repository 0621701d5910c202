package dev.millrace.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two threads that give a call up, as the deadline and an interrupt do: one of them ends it. */
@JCStressTest
@Outcome(
        id = {"true, false", "false, true"},
        expect = ACCEPTABLE,
        desc = "one")
@Outcome(expect = FORBIDDEN, desc = "both or none")
@State
public class CallTwoDeadlinesStress {
    private static final Completions COMPLETIONS = new Completions(1);

    private final StressedCall call = new StressedCall();

    /** The deadline. */
    @Actor
    public void deadline(ZZ_Result result) {
        result.r1 = call.giveUp(() -> "late", null, COMPLETIONS);
    }

    /** The caller that was interrupted. */
    @Actor
    public void interrupt(ZZ_Result result) {
        result.r2 = call.giveUp(() -> "interrupted", null, COMPLETIONS);
    }
}
