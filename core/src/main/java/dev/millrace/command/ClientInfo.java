package dev.millrace.command;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the server sees it.
 *
 * @param fields everything that the server tells, by its names
 */
public record ClientInfo(Map<String, String> fields) {
    static final Decoder<ClientInfo> DECODER =
            reply -> parse(String.valueOf(reply.readText()).strip());
    static final Decoder<List<ClientInfo>> LIST = reply -> String.valueOf(reply.readText())
            .lines()
            .filter(line -> !line.isBlank())
            .map(ClientInfo::parse)
            .toList();

    static ClientInfo parse(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : line.split(" ", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return new ClientInfo(fields);
    }

    /** A field by its name, such as {@code lib-name}; null where this server does not tell it. */
    public @Nullable String field(String name) {
        return fields.get(name);
    }

    /** The connection's number, which the server never gives again. */
    public long id() {
        return number("id");
    }

    /** Where it comes from, as host and port. */
    public String address() {
        return text("addr");
    }

    /** The name it has given itself; empty for none. */
    public String name() {
        return text("name");
    }

    /** The user it has logged in as. */
    public String user() {
        return text("user");
    }

    /** The database it has selected. */
    public int database() {
        return (int) number("db");
    }

    /** For how long it has been there, to the second. */
    public Duration age() {
        return Duration.ofSeconds(number("age"));
    }

    /** For how long it has sent nothing, to the second. */
    public Duration idle() {
        return Duration.ofSeconds(number("idle"));
    }

    /** One letter for each thing it is, such as {@code N} for an ordinary one. */
    public String flags() {
        return text("flags");
    }

    /** The command it has sent last; {@code NULL} for none. */
    public String lastCommand() {
        return text("cmd");
    }

    private String text(String name) {
        String text = fields.get(name);
        if (text == null) {
            throw new UnexpectedReply("wanted " + name + " of a connection, the server answered none");
        }
        return text;
    }

    private long number(String name) {
        try {
            return Long.parseLong(text(name));
        } catch (NumberFormatException e) {
            throw new UnexpectedReply("wanted " + name + " of a connection as a number, the server answered a text", e);
        }
    }
}
