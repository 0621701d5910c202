package dev.millrace.connection;

import dev.millrace.command.MillraceException;
import org.jspecify.annotations.Nullable;

/** A unit that was handed to a node and is not awaited yet: so that one thread has several under way. */
public final class Trip {
    private final Node node;
    private final UnitCall call;
    private final @Nullable MillraceException refused;

    Trip(Node node, UnitCall call, @Nullable MillraceException refused) {
        this.node = node;
        this.call = call;
        this.refused = refused;
    }

    /** Waits for its end; once, and by the thread that sent it. Answers what the whole failed with, or null. */
    public @Nullable MillraceException await() {
        return node.await(call, refused);
    }
}
