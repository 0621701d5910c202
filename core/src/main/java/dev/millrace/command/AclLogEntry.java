package dev.millrace.command;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A refusal that a server remembers.
 *
 * @param count how often it happened within a minute
 * @param reason {@code command}, {@code key}, {@code channel} or {@code auth}
 * @param context where the command came from: {@code toplevel}, {@code multi}, {@code lua} or {@code module}
 * @param object what was refused: a command's name, a key or a channel
 * @param user who was refused
 * @param age how long ago it was, in milliseconds
 * @param client the connection it came on
 */
public record AclLogEntry(
        long count, String reason, String context, String object, String user, Duration age, ClientInfo client) {
    static final Decoder<List<AclLogEntry>> LIST = Decoders.list(reply -> {
        Map<String, String> texts = Pairs.present(Decoders.TEXT_MAP.decode(reply), reply);
        try {
            return new AclLogEntry(
                    Long.parseLong(text(texts, "count")),
                    text(texts, "reason"),
                    text(texts, "context"),
                    text(texts, "object"),
                    text(texts, "username"),
                    Duration.ofMillis(Math.round(Double.parseDouble(text(texts, "age-seconds")) * 1000)),
                    ClientInfo.parse(text(texts, "client-info")));
        } catch (NumberFormatException e) {
            throw new UnexpectedReply("wanted a refusal with its count and age, the server answered other texts", e);
        }
    });

    private static String text(Map<String, String> texts, String name) {
        String text = texts.get(name);
        if (text == null) {
            throw new UnexpectedReply("wanted " + name + " of a refusal, the server answered none");
        }
        return text;
    }
}
