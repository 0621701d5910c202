package dev.millrace.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Something begins while the one who looks after it falls asleep: it is seen, or the sleeper is woken. */
@JCStressTest
@Outcome(id = "false", expect = ACCEPTABLE, desc = "awake")
@Outcome(expect = FORBIDDEN, desc = "asleep, with something outstanding")
@State
public class SleepFlagStress {
    private final SleepFlag sleep = new SleepFlag();
    private final AtomicInteger outstanding = new AtomicInteger();

    /** A caller. */
    @Actor
    public void begin() {
        outstanding.set(1);
        boolean unused = sleep.wake();
    }

    /** The deadline's thread. */
    @Actor
    public void fallAsleep() {
        boolean unused = sleep.fallAsleep(() -> outstanding.get() > 0);
    }

    /** Whether it sleeps in the end. */
    @Arbiter
    public void end(Z_Result result) {
        result.r1 = sleep.isAsleep();
    }
}
