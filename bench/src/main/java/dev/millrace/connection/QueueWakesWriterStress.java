package dev.millrace.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Calls are pushed while the writer takes and then looks whether to sleep: when it sleeps with a call in the queue,
 * somebody has found the queue empty after its look and will wake it.
 */
@JCStressTest
@Outcome(
        id = {"false, true", "false, false", "true, true"},
        expect = ACCEPTABLE,
        desc = "awake, or woken")
@Outcome(id = "true, false", expect = FORBIDDEN, desc = "asleep, and nobody wakes it")
@State
public class QueueWakesWriterStress {
    private final CallQueue queue = new CallQueue(4, 100);
    private final AtomicBoolean permit = new AtomicBoolean();
    private boolean sleeps;

    /** The callers. */
    @Actor
    public void call() {
        push();
        push();
    }

    private void push() {
        if (queue.push(new StressedCall()) == CallQueue.Push.FIRST) {
            permit.set(true);
        }
    }

    /** The writer: its last sleep has used up the permit. */
    @Actor
    public void write() {
        permit.set(false);
        Call unused = queue.takeAll();
        sleeps = queue.isEmpty();
    }

    /** Whether it sleeps although there is something, and whether it is woken. */
    @Arbiter
    public void end(ZZ_Result result) {
        result.r1 = sleeps && !queue.isEmpty();
        result.r2 = permit.get();
    }
}
