package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * Millrace did not take the command: a bounded queue is full, or the client is closed. Later it may be taken.
 */
public final class Rejected extends MillraceException {
    private static final long serialVersionUID = 1;

    /** A failure with its message: what, where, how long, and which limits. */
    public Rejected(String message) {
        this(message, null);
    }

    /** A failure with its message and what led to it. */
    public Rejected(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
