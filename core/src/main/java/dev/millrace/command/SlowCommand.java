package dev.millrace.command;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A command that took longer than a server's threshold.
 *
 * @param id its number among the slow commands
 * @param at when it ran, to the second
 * @param duration how long it ran, in microseconds
 * @param words the command with its arguments, of which the server cuts off the long and the many
 * @param clientAddress who sent it
 * @param clientName the name that client had; empty for none
 */
public record SlowCommand(
        long id, Instant at, Duration duration, List<String> words, String clientAddress, String clientName) {
    static final Decoder<List<SlowCommand>> LIST = Decoders.list(reply -> {
        Pairs.enter(reply, 6);
        long id = reply.readLong();
        Instant at = Instant.ofEpochSecond(reply.readLong());
        Duration duration = Duration.ofNanos(reply.readLong() * 1000);
        List<String> words = Pairs.present(Decoders.TEXTS.decode(reply), reply);
        String address = String.valueOf(reply.readText());
        return new SlowCommand(id, at, duration, words, address, String.valueOf(reply.readText()));
    });

    /** Without the arguments, which have no place in a log. */
    @Override
    public String toString() {
        return "SlowCommand[id=" + id + ", at=" + at + ", duration=" + duration + ", command="
                + (words.isEmpty() ? "" : words.getFirst()) + "]";
    }
}
