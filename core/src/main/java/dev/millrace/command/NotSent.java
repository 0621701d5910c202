package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * The command never left this process: the node was down, the deadline passed while it was queued, or the circuit
 * breaker is open. It may be sent again, whatever it is.
 */
public final class NotSent extends MillraceException {
    private static final long serialVersionUID = 1;

    private final boolean unreachable;

    /** A failure with its message: what, where, how long, and which limits. */
    public NotSent(String message) {
        this(message, null);
    }

    /** A failure with its message and what led to it. */
    public NotSent(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private NotSent(String message, @Nullable Throwable cause, boolean unreachable) {
        super(message, cause);
        this.unreachable = unreachable;
    }

    /** A failure without an attempt: the server is known to be unreachable, and the circuit is open. */
    public static NotSent unreachable(String message, @Nullable Throwable cause) {
        return new NotSent(message, cause, true);
    }

    /** Whether no attempt was made because the circuit is open; trying again at once is of no use then. */
    public boolean isUnreachable() {
        return unreachable;
    }
}
