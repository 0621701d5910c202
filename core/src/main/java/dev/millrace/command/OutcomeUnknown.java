package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * The command was written and no answer came: the connection was lost, or the deadline passed. The server may have run
 * it, may yet run it, or may never; only an idempotent command may be sent again without looking.
 */
public final class OutcomeUnknown extends MillraceException {
    private static final long serialVersionUID = 1;

    private final boolean unreadable;

    /** A failure with its message: what, where, how long, and which limits. */
    public OutcomeUnknown(String message) {
        this(message, null);
    }

    /** A failure with its message and what led to it. */
    public OutcomeUnknown(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private OutcomeUnknown(String message, @Nullable Throwable cause, boolean unreadable) {
        super(message, cause);
        this.unreadable = unreadable;
    }

    /** A failure whose answer came and could not be read: it is larger than allowed, or no RESP. */
    public static OutcomeUnknown unreadable(String message, @Nullable Throwable cause) {
        return new OutcomeUnknown(message, cause, true);
    }

    /** Whether an answer came and could not be read; the next would be the same, so trying again is of no use. */
    public boolean isUnreadable() {
        return unreadable;
    }
}
