package dev.millrace.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Negative control for {@link SleepFlagStress}: with release and acquire in place of volatile, the fault shows. */
@JCStressTest
@Outcome(id = "false", expect = ACCEPTABLE, desc = "awake")
@Outcome(id = "true", expect = ACCEPTABLE_INTERESTING, desc = "asleep, with something outstanding: the fault")
@State
public class WeakSleepFlagStress {
    private static final VarHandle ASLEEP = handle("asleep");
    private static final VarHandle OUTSTANDING = handle("outstanding");

    @SuppressWarnings("unused") // through ASLEEP
    private int asleep;

    @SuppressWarnings("unused") // through OUTSTANDING
    private int outstanding;

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(WeakSleepFlagStress.class, field, int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A caller. */
    @Actor
    public void begin() {
        OUTSTANDING.setRelease(this, 1);
        if ((int) ASLEEP.getAcquire(this) == 1) {
            ASLEEP.setRelease(this, 0);
        }
    }

    /** The deadline's thread. */
    @Actor
    public void fallAsleep() {
        ASLEEP.setRelease(this, 1);
        if ((int) OUTSTANDING.getAcquire(this) == 1) {
            ASLEEP.setRelease(this, 0);
        }
    }

    /** Whether it sleeps in the end. */
    @Arbiter
    public void end(Z_Result result) {
        result.r1 = (int) ASLEEP.getAcquire(this) == 1;
    }
}
