package dev.millrace.connection;

import dev.millrace.command.Command;
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
    int commands() {
        return 1;
    }

    @Override
    boolean receive(RespReader reply) {
        if (claim()) {
            complete(Replies.decode(command, reply));
        }
        return true;
    }

    @Override
    String describe() {
        return command.toString();
    }
}
