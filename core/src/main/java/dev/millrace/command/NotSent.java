package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * The command never left this process: the node was down, the deadline passed while it was queued, or the circuit
 * breaker is open. It may be sent again, whatever it is.
 */
public final class NotSent extends MillraceException {
    private static final long serialVersionUID = 1;

    /** A failure with its message: what, where, how long, and which limits. */
    public NotSent(String message) {
        this(message, null);
    }

    /** A failure with its message and what led to it. */
    public NotSent(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
