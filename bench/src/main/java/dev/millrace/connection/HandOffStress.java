package dev.millrace.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A call on its way from the queue into the FIFO is never overlooked by whoever wants to go to sleep. */
@JCStressTest
@Outcome(id = "false", expect = ACCEPTABLE, desc = "seen")
@Outcome(expect = FORBIDDEN, desc = "overlooked: nobody keeps its deadline")
@State
public class HandOffStress {
    private final CallQueue queue = new CallQueue(4, 100);
    private final InFlight inFlight = new InFlight(8);

    /** With a call that waits. */
    public HandOffStress() {
        CallQueue.Push unused = queue.push(new StressedCall());
    }

    /** The writer. */
    @Actor
    public void write() {
        boolean unused = inFlight.stageFrom(queue);
    }

    /** The deadline's thread. */
    @Actor
    public void look(Z_Result result) {
        result.r1 = inFlight.isIdle(queue);
    }
}
