package dev.millrace.connection;

import dev.millrace.command.Command;
import dev.millrace.metrics.WireLog;
import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The call of one command with ASKING before it: a node that is being given the command's slot answers it then. */
final class AskingCall extends Call {
    static final byte[] ASKING = "*1\r\n$6\r\nASKING\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Command<?> command;
    private boolean asked; // confined to the reader

    AskingCall(Command<?> command, Object waiter, long deadline) {
        super(waiter, command.weight() + ASKING.length, deadline);
        this.command = command;
    }

    @Override
    void encode(RespWriter writer) throws IOException {
        writer.raw(ASKING);
        writer.write(command);
    }

    @Override
    void log(String node) {
        WireLog.sent(node, "ASKING");
        WireLog.sent(node, command);
    }

    @Override
    String awaits() {
        return asked ? command.verb().name() : "ASKING";
    }

    @Override
    int commands() {
        return 2;
    }

    /** The answer to ASKING tells nothing: were it refused, the command would be answered with MOVED. */
    @Override
    Received receive(RespReader reply) {
        if (!asked) {
            asked = true;
            return Received.MORE;
        }
        return wasGivenUpOrDone() ? Received.DISCARDED : answer(Replies.decode(command, reply));
    }

    @Override
    String describe() {
        return command.toString();
    }
}
