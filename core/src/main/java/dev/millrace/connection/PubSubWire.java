package dev.millrace.connection;

import dev.millrace.command.Command;
import dev.millrace.command.ReplyType;
import dev.millrace.command.ServerError;
import dev.millrace.command.Value;
import dev.millrace.metrics.WireLog;
import dev.millrace.resp.RespReader;
import java.io.EOFException;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;

/** What is written to, and read from, a connection with subscriptions. Stateless. */
final class PubSubWire {
    private PubSubWire() {}

    /** One channel per command: on a cluster each shard channel has a slot of its own. */
    static void send(
            OpenConnection open, ChannelKind kind, boolean subscribe, Set<String> channels, Confirmations confirmations)
            throws IOException {
        String verb = subscribe ? kind.subscribe() : kind.unsubscribe();
        for (String channel : channels) {
            confirmations.asked(kind, subscribe, channel);
            Command<?> command = Command.of(verb, channel);
            if (WireLog.WIRE) {
                WireLog.sent(open.node(), command);
            }
            open.writer().write(command);
        }
        open.writer().flush();
    }

    /** Reads until the connection ends, which it does by an exception. */
    static void read(OpenConnection opened, Consumer<ServerError> refused, Consumer<PubSubMessage> taken)
            throws IOException {
        RespReader reader = opened.reader();
        while (reader.fill(opened.transport())) {
            while (reader.next()) {
                if (WireLog.WIRE) {
                    WireLog.received(opened.node(), "message", reader.type(), reader.remainingBytes());
                }
                if (reader.isError()) {
                    refused.accept(reader.readError());
                } else if (reader.type() == ReplyType.PUSH || reader.type() == ReplyType.ARRAY) {
                    PubSubMessage message = PubSubMessage.of(Value.read(reader).asList());
                    if (message != null) {
                        taken.accept(message);
                    }
                }
            }
        }
        throw new EOFException("the server closed the connection");
    }
}
