package dev.millrace.connection;

import dev.millrace.command.Command;
import dev.millrace.command.ServerError;
import dev.millrace.command.Value;
import dev.millrace.metrics.WireLog;
import dev.millrace.resp.ProtocolException;
import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said before the first command: {@code HELLO 3} with credentials and name, the library's name for {@code CLIENT
 * LIST}, the database; all in one write. A server that does not know HELLO, or RESP3, is spoken to in RESP2.
 *
 * <p>Confined to the thread that connects.
 */
final class Handshake {
    private static final String LIBRARY = "millrace";
    private static final String VERSION = LibraryVersion.read();

    private final String node;
    private final RespWriter writer;
    private final RespReader reader;
    private final Transport transport;

    Handshake(String node, Transport transport, RespWriter writer, RespReader reader) {
        this.node = node;
        this.transport = transport;
        this.writer = writer;
        this.reader = reader;
    }

    /**
     * Shakes hands.
     *
     * @throws ServerError if the server refuses: wrong password, too many clients, no such database
     * @throws IOException if the connection breaks, or the other side does not speak RESP
     */
    ServerFacts run(Login login) throws IOException {
        Credentials credentials = credentials(login);
        if (login.protocol() == 3) {
            List<Command<Value>> greeting = new ArrayList<>();
            greeting.add(hello(credentials, login.clientName()));
            greeting.addAll(introduction(login));
            Tracking tracking = login.tracking();
            int trackingFrom = greeting.size();
            if (tracking != null) {
                greeting.addAll(tracking.commands());
            }
            List<Object> replies = exchange(greeting);
            if (replies.getFirst() instanceof Value facts) {
                check(replies, 1, login);
                boolean granted =
                        replies.subList(trackingFrom, replies.size()).stream().allMatch(Value.class::isInstance);
                return facts(facts, tracking != null && granted);
            }
            if (!(replies.getFirst() instanceof ServerError error) || !isUnknownHello(error)) {
                throw (ServerError) replies.getFirst();
            }
        }
        return inResp2(login, credentials);
    }

    private static @Nullable Credentials credentials(Login login) throws IOException {
        try {
            return login.credentials().get();
        } catch (RuntimeException e) {
            // Not its cause: messages are made of causes, and what a supplier says may name a secret.
            IOException failure = new IOException(
                    "the credentials supplier failed with " + e.getClass().getSimpleName());
            failure.addSuppressed(e);
            throw failure;
        }
    }

    private ServerFacts inResp2(Login login, @Nullable Credentials credentials) throws IOException {
        List<Command<Value>> greeting = new ArrayList<>();
        if (credentials != null) {
            greeting.add(
                    credentials.username() == null
                            ? Command.of("AUTH", credentials.password())
                            : Command.of("AUTH", credentials.username(), credentials.password()));
        }
        if (login.clientName() != null) {
            greeting.add(Command.of("CLIENT SETNAME", login.clientName()));
        }
        int mandatory = greeting.size();
        greeting.addAll(introduction(login));
        // A server without HELLO answers NOAUTH only when it is asked for something.
        greeting.add(Command.of("PING"));
        List<Object> replies = exchange(greeting);
        for (int i = 0; i < mandatory; i++) {
            if (replies.get(i) instanceof ServerError error) {
                throw error;
            }
        }
        check(replies.subList(0, replies.size() - 1), mandatory, login);
        if (replies.getLast() instanceof ServerError.AuthenticationFailed error) {
            throw error;
        }
        return ServerFacts.RESP2;
    }

    private static Command<Value> hello(@Nullable Credentials credentials, @Nullable String clientName) {
        List<String> words = new ArrayList<>(List.of("3"));
        if (credentials != null) {
            String user = credentials.username() == null ? "default" : credentials.username();
            words.addAll(List.of("AUTH", user, credentials.password()));
        }
        if (clientName != null) {
            words.addAll(List.of("SETNAME", clientName));
        }
        return Command.of("HELLO", words.toArray());
    }

    private static List<Command<Value>> introduction(Login login) {
        List<Command<Value>> commands = new ArrayList<>();
        if (login.database() != 0) {
            commands.add(Command.of("SELECT", login.database()));
        }
        if (login.readOnly()) {
            commands.add(Command.of("READONLY"));
        }
        commands.add(Command.of("CLIENT SETINFO", "LIB-NAME", LIBRARY));
        commands.add(Command.of("CLIENT SETINFO", "LIB-VER", VERSION));
        return commands;
    }

    /** SELECT and READONLY must succeed; CLIENT SETINFO (Redis 7.2) is a courtesy, and an old server may refuse it. */
    private static void check(List<Object> replies, int from, Login login) {
        int mandatory = (login.database() != 0 ? 1 : 0) + (login.readOnly() ? 1 : 0);
        for (Object reply : replies.subList(from, from + mandatory)) {
            if (reply instanceof ServerError error) {
                throw error;
            }
        }
    }

    private static boolean isUnknownHello(ServerError error) {
        String message = String.valueOf(error.getMessage());
        return error.code().equals("NOPROTO") || (error.code().equals("ERR") && message.contains("unknown command"));
    }

    private static ServerFacts facts(Value hello, boolean tracking) throws ProtocolException {
        if (!(hello instanceof Value.Entries) && !(hello instanceof Value.Items)) {
            throw unlikeRedis();
        }
        Map<String, String> facts = new HashMap<>();
        List<Value> flat = hello.asList();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            if (flat.get(i) instanceof Value.Bytes name && flat.get(i + 1) instanceof Value.Bytes fact) {
                facts.put(String.valueOf(name.asText()), String.valueOf(fact.asText()));
            }
        }
        return new ServerFacts(
                3,
                facts.getOrDefault("version", ""),
                facts.getOrDefault("server", ""),
                facts.getOrDefault("mode", ""),
                facts.getOrDefault("role", ""),
                tracking);
    }

    private static ProtocolException unlikeRedis() {
        return new ProtocolException("the handshake was answered in a way that Redis does not");
    }

    private List<Object> exchange(List<Command<Value>> commands) throws IOException {
        for (Command<Value> command : commands) {
            if (WireLog.WIRE) {
                WireLog.sent(node, command);
            }
            writer.write(command);
        }
        writer.flush();
        List<Object> replies = new ArrayList<>();
        while (replies.size() < commands.size()) {
            if (reader.next()) {
                Command<Value> command = commands.get(replies.size());
                if (WireLog.WIRE) {
                    WireLog.received(node, command.verb().name(), reader.type(), reader.remainingBytes());
                }
                Object reply = Replies.decode(command, reader);
                if (reply instanceof ServerError.TooManyClients error) {
                    throw error; // the server says this once and closes
                }
                if (!(reply instanceof Value) && !(reply instanceof ServerError)) {
                    throw unlikeRedis();
                }
                replies.add(reply);
            } else if (!reader.fill(transport)) {
                throw new EOFException("the server closed the connection");
            }
        }
        return replies;
    }
}
