package dev.millrace.connection;

import dev.millrace.command.Command;
import dev.millrace.metrics.WireLog;
import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import java.io.IOException;

/** The call of one command. */
final class CommandCall extends Call {
    private final Command<?> command;

    CommandCall(Command<?> command, Object waiter, long deadline) {
        super(waiter, command.weight(), deadline);
        this.command = command;
    }

    @Override
    void encode(RespWriter writer) throws IOException {
        writer.write(command);
    }

    @Override
    void log(String node) {
        WireLog.sent(node, command);
    }

    @Override
    String awaits() {
        return command.verb().name();
    }

    @Override
    int commands() {
        return 1;
    }

    @Override
    Received receive(RespReader reply) {
        return wasGivenUpOrDone() ? Received.DISCARDED : answer(Replies.decode(command, reply));
    }

    @Override
    String describe() {
        return command.toString();
    }
}
