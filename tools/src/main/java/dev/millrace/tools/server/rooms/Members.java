package dev.millrace.tools.server.rooms;

import dev.millrace.command.Value;
import java.util.List;
import java.util.Objects;

/**
 * A room and who listens to it, at one moment. Immutable.
 *
 * @param name what it is called
 * @param created when it was made, ms
 * @param count how many listen
 * @param newest those who joined last, the last one first
 */
record Members(String name, long created, long count, List<String> newest) {
    /** How many of the newest are named. */
    static final int NAMED = 50;

    /** What {@code members.lua} answers where there is such a room. */
    static Members of(List<Value> answer) {
        return new Members(
                Objects.requireNonNullElse(answer.get(1).asText(), ""),
                answer.get(2).asLong(),
                answer.get(3).asLong(),
                answer.get(4).asList().stream()
                        .map(each -> Objects.requireNonNullElse(each.asText(), ""))
                        .toList());
    }
}
