package dev.millrace.connection;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.resp.RespReader;
import org.jspecify.annotations.Nullable;

/** Decodes a reply so that nothing a decoder does can stop the thread that reads. */
final class Replies {
    private Replies() {}

    /** What a call ends with whose reply is larger than allowed, or no RESP. */
    static OutcomeUnknown unreadable(String what, String node, Throwable cause) {
        return OutcomeUnknown.unreadable(
                what + " was sent, its outcome is unknown: the reply of " + node + " can't be read: "
                        + Causes.deepest(cause),
                cause);
    }

    /** The value (null is one), or the {@link MillraceException} the call ends with. */
    static @Nullable Object decode(Command<?> command, RespReader reply) {
        try {
            return reply.isError() ? reply.readError() : command.decode(reply);
        } catch (UnexpectedReply e) {
            return new UnexpectedReply(command.verb().name() + ": " + e.getMessage(), e.getCause());
        } catch (MillraceException e) {
            return e;
        } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
            return new UnexpectedReply(command.verb().name() + ": the reply could not be decoded: " + e, e);
        }
    }
}
