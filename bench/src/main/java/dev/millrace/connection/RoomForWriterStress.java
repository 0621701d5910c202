package dev.millrace.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * The writer says that it waits and looks for room; the reader makes room, notes the time and asks whether the writer
 * waits, as {@link PipelineReader} does. One of them sees the other.
 */
@JCStressTest
@Outcome(
        id = {"true, false", "false, true", "true, true"},
        expect = ACCEPTABLE,
        desc = "room seen, or writer woken")
@Outcome(id = "false, false", expect = FORBIDDEN, desc = "the writer sleeps beside room")
@State
public class RoomForWriterStress {
    private static final int ROOM_OF_EMPTY = new InFlight(2).room();

    private final InFlight inFlight = new InFlight(2);
    private volatile boolean writerWaits;

    @SuppressWarnings("unused") // its store is what counts
    private volatile long silentSince;

    /** With one call written. */
    public RoomForWriterStress() {
        StressedCall call = new StressedCall();
        call.depth = 1;
        inFlight.stage(call);
        call.trySend();
        inFlight.markWritten(call);
    }

    /** The writer. */
    @Actor
    public void write(ZZ_Result result) {
        writerWaits = true;
        result.r1 = inFlight.room() == ROOM_OF_EMPTY;
    }

    /** The reader. */
    @Actor
    public void read(ZZ_Result result) {
        inFlight.removeFirst();
        silentSince = 1;
        result.r2 = writerWaits;
    }
}
