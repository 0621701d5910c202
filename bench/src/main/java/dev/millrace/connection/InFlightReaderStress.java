package dev.millrace.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The reader sees a call in the FIFO only with everything that was in it before. */
@JCStressTest
@Outcome(
        id = {"-1", "42"},
        expect = ACCEPTABLE,
        desc = "not there, or whole")
@Outcome(expect = FORBIDDEN, desc = "there, but not all of it")
@State
public class InFlightReaderStress {
    private final InFlight inFlight = new InFlight(4);

    /** The writer. */
    @Actor
    public void write() {
        StressedCall call = new StressedCall();
        call.plain = 42;
        call.depth = 1;
        inFlight.stage(call);
        call.trySend();
        inFlight.markWritten(call);
    }

    /** The reader: a reply has come. */
    @Actor
    public void read(I_Result result) {
        Call first = inFlight.first();
        result.r1 = first == null ? -1 : ((StressedCall) first).plain;
    }
}
