package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * The server answered something of another shape than the command's result. The connection goes on; a wrong
 * declaration of a command, or a server that is not Redis, is the usual reason.
 */
public final class UnexpectedReply extends MillraceException {
    private static final long serialVersionUID = 1;

    /** A failure with its message: what, where, how long, and which limits. */
    public UnexpectedReply(String message) {
        this(message, null);
    }

    /** A failure with its message and what led to it. */
    public UnexpectedReply(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
