package dev.millrace.connection;

import dev.millrace.resp.RespReader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The call of a unit that is read in an epoch: notes in which, when its last reply comes, in the order of the stream. */
final class TrackedCall extends UnitCall {
    private final long asked = System.nanoTime();
    private final Supplier<@Nullable Epoch> current;
    private @Nullable Epoch epoch;

    TrackedCall(Unit unit, Thread caller, long deadline, Supplier<@Nullable Epoch> current) {
        super(unit, caller, deadline);
        this.current = current;
    }

    @Override
    Received receive(RespReader reply) {
        Epoch now = current.get();
        epoch = now; // of the last reply in the end; published to the caller with the outcome
        Received received = super.receive(reply);
        if (received != Received.MORE && now != null) {
            now.confirm(asked);
        }
        return received;
    }

    /** Null where the server tracks nothing; by the calling thread, when the call has ended with a value. */
    @Nullable
    Epoch epoch() {
        return epoch;
    }
}
