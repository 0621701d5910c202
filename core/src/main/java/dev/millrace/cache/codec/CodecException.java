package dev.millrace.cache.codec;

import org.jspecify.annotations.Nullable;

/**
 * A value that its codec can't write, or bytes that it can't read. Neither the message nor the causes hold anything of
 * the value: what a parser said is left out, since it may quote its input; which exception it threw, and where, is
 * kept.
 */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** How many causes of a failure are told. */
    private static final int MOST_CAUSES = 8;

    /** For a codec of one's own. The message may be logged: it should give types and counts, and nothing of the value. */
    public CodecException(String message) {
        super(message);
    }

    private CodecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** This failure, with the types and stack traces of what led to it, without their messages. */
    static CodecException causedBy(Throwable failure, String message) {
        return new CodecException(message + ": " + failure.getClass().getName(), withoutMessage(failure, MOST_CAUSES));
    }

    private static @Nullable CodecException withoutMessage(@Nullable Throwable failure, int most) {
        if (failure == null || most == 0) {
            return null;
        }
        CodecException told = new CodecException(
                failure.getClass().getName() + " (its message is left out: it may quote the value)",
                withoutMessage(failure.getCause(), most - 1));
        told.setStackTrace(failure.getStackTrace());
        return told;
    }
}
