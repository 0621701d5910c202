package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * The call can't work as it was made: a command that changes its connection run on the shared one, a reply asked for
 * before its batch ran. The message says what to call instead.
 */
public final class Misuse extends MillraceException {
    private static final long serialVersionUID = 1;

    /** A failure with its message: what, where, how long, and which limits. */
    public Misuse(String message) {
        this(message, null);
    }

    /** A failure with its message and what led to it. */
    public Misuse(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
