package dev.millrace.tools.server.game;

import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.command.UnexpectedReply;
import org.jspecify.annotations.Nullable;

/** What became of one write, and so what there is to do. Immutable. */
enum WriteOutcome {
    /** It is in Redis. */
    DONE,
    /** It is not, and may be soon: to be sent again, whatever it is. */
    AGAIN,
    /** It may be or not: to be sent again if twice is the same as once. */
    UNKNOWN,
    /** It is not, and would be refused for ever: any client can put a value of another type there. */
    LOST;

    /** @param failure null for none */
    static WriteOutcome of(@Nullable MillraceException failure) {
        return switch (failure) {
            case null -> DONE;
            case NotSent notSent -> AGAIN;
            case Rejected rejected -> AGAIN;
            case OutcomeUnknown unknown -> unknown.isUnreadable() ? LOST : UNKNOWN;
            case ServerError refused -> passes(refused) ? AGAIN : LOST;
            case UnexpectedReply unexpected -> LOST;
            case Misuse misuse -> LOST;
        };
    }

    /** Whether a server that refused this may take it later, when it has failed over, has memory, or knows of new rights. */
    private static boolean passes(ServerError refused) {
        return switch (refused) {
            case ServerError.Loading e -> true;
            case ServerError.Busy e -> true;
            case ServerError.OutOfMemory e -> true;
            case ServerError.ReadOnlyReplica e -> true;
            case ServerError.MasterDown e -> true;
            case ServerError.NoReplicas e -> true;
            case ServerError.ClusterDown e -> true;
            case ServerError.TryAgain e -> true;
            case ServerError.Moved e -> true;
            case ServerError.Ask e -> true;
            case ServerError.TooManyClients e -> true;
            case ServerError.AuthenticationFailed e -> true;
            case ServerError.Other e -> e.code().equals("MISCONF"); // its disk is full, say
            default -> false;
        };
    }
}
