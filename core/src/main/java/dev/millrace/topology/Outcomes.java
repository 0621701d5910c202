package dev.millrace.topology;

import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.metrics.ClientListener.Outcome;
import org.jspecify.annotations.Nullable;

/** The name that metrics have for an outcome. */
final class Outcomes {
    private Outcomes() {}

    static Outcome of(@Nullable Object outcome) {
        if (!(outcome instanceof MillraceException failure)) {
            return Outcome.VALUE;
        }
        return switch (failure) {
            case ServerError e -> Outcome.SERVER_ERROR;
            case NotSent e -> Outcome.NOT_SENT;
            case OutcomeUnknown e -> Outcome.OUTCOME_UNKNOWN;
            case Rejected e -> Outcome.REJECTED;
            case UnexpectedReply e -> Outcome.UNEXPECTED_REPLY;
            case Misuse e -> Outcome.MISUSE;
        };
    }
}
