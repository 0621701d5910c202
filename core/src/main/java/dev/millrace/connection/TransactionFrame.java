package dev.millrace.connection;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ReplyType;
import dev.millrace.command.ServerError;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.resp.RespReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The words around a transaction, and how EXEC's answer becomes one outcome per command. */
final class TransactionFrame {
    static final byte[] MULTI = "*1\r\n$5\r\nMULTI\r\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] EXEC = "*1\r\n$4\r\nEXEC\r\n".getBytes(StandardCharsets.US_ASCII);

    private TransactionFrame() {}

    /**
     * Reads EXEC's answer into {@code outcomes}.
     *
     * @param refused the first error among the QUEUED answers, if there was one: the reason of an EXECABORT
     * @return why nothing ran, or null when it ran
     */
    static @Nullable MillraceException results(
            RespReader reply, Command<?>[] commands, @Nullable Object[] outcomes, @Nullable MillraceException refused) {
        MillraceException aborted = null;
        if (reply.isError()) {
            ServerError error = reply.readError();
            aborted = refused != null ? refused : error;
        } else if (reply.type() == ReplyType.NULL) {
            aborted = ServerError.of("EXECABORT a watched key was changed, so the transaction did not run");
        } else {
            int count = reply.readArray();
            if (count == commands.length) {
                decodeEach(reply, commands, outcomes);
            } else {
                aborted =
                        new UnexpectedReply("EXEC answered " + count + " results for " + commands.length + " commands");
            }
        }
        if (aborted != null) {
            Arrays.fill(outcomes, aborted);
        }
        return aborted;
    }

    private static void decodeEach(RespReader reply, Command<?>[] commands, @Nullable Object[] outcomes) {
        for (int i = 0; i < commands.length; i++) {
            RespReader.Mark element = reply.markElement();
            try {
                outcomes[i] = reply.type() == ReplyType.ERROR ? reply.readError() : commands[i].decode(reply);
            } catch (MillraceException e) {
                outcomes[i] = e;
            } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
                outcomes[i] =
                        new UnexpectedReply(commands[i].verb().name() + ": the reply could not be decoded: " + e, e);
            }
            // A decoder that stopped early must not shift the results after it.
            reply.moveBehind(element);
        }
    }
}
