package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * The root of every failure of a call: the server refused ({@link ServerError}), the command was never sent ({@link
 * NotSent}), it was sent and no answer came ({@link OutcomeUnknown}), Millrace would not take it ({@link Rejected}),
 * the answer was not of the shape asked for ({@link UnexpectedReply}), or the call itself was wrong ({@link Misuse}).
 *
 * <p>Messages name the command, counts, the node, times and limits; never keys, values or credentials.
 */
public abstract sealed class MillraceException extends RuntimeException
        permits ServerError, NotSent, OutcomeUnknown, Rejected, UnexpectedReply, Misuse {
    private static final long serialVersionUID = 1;

    private boolean traced;

    MillraceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Takes the stack of the calling thread, for a failure that was found on another one: a trace of the connection's
     * reader would tell the application nothing. Takes it once; a failure that several callers share keeps the first.
     *
     * @return this
     */
    public final MillraceException raised() {
        synchronized (this) {
            if (!traced) {
                traced = true;
                super.fillInStackTrace();
            }
        }
        return this;
    }

    /** Does nothing until {@link #raised()}: failures are made on I/O threads, where a trace is wasted work. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public final Throwable fillInStackTrace() {
        return this;
    }
}
