package dev.millrace.cache;

import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import org.jspecify.annotations.Nullable;

/**
 * What became of one write.
 *
 * @param status whether the server has it
 * @param error why not, or why nobody knows; null for OK
 */
public record Written(Status status, @Nullable MillraceException error) {
    /** Whether a write took effect. */
    public enum Status {
        /** The server has acknowledged it. */
        OK,
        /** It did not happen. */
        FAILED,
        /** It was sent, and may have happened. */
        UNKNOWN
    }

    private static final Written DONE = new Written(Status.OK, null);

    static Written of(@Nullable Object outcome) {
        return switch (outcome) {
            case OutcomeUnknown unknown -> new Written(Status.UNKNOWN, unknown);
            case MillraceException failure -> new Written(Status.FAILED, failure);
            case null -> DONE;
            default -> DONE;
        };
    }

    /** Whether the server has acknowledged it. */
    public boolean isOk() {
        return status == Status.OK;
    }

    /**
     * For callers to whom a failed write is an error.
     *
     * @throws MillraceException if it is not {@link Status#OK}
     */
    public void orThrow() {
        if (error != null) {
            throw error.raised();
        }
    }
}
