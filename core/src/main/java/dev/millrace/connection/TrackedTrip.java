package dev.millrace.connection;

import dev.millrace.command.MillraceException;
import org.jspecify.annotations.Nullable;

/** A unit that was handed to a tracked connection and is not awaited yet: so that one thread has several under way. */
public final class TrackedTrip {
    private final TrackedConnection connection;
    private final TrackedCall call;
    private final @Nullable MillraceException refused;

    TrackedTrip(TrackedConnection connection, TrackedCall call, @Nullable MillraceException refused) {
        this.connection = connection;
        this.call = call;
        this.refused = refused;
    }

    /** Waits for its end; once, and by the thread that sent it. Answers what the whole failed with, or null. */
    public @Nullable MillraceException await() {
        return connection.await(call, refused);
    }

    /** The epoch that the replies belong to, after {@link #await} has answered null; null where nothing is tracked. */
    public @Nullable Epoch epoch() {
        return call.epoch();
    }
}
