package dev.millrace.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command's value, and who gave it.
 *
 * @param value null where the command's reply is "absent"
 * @param nodes the servers that answered, as {@code host:port}; several for a command that was divided
 * @param fromReplica whether one of them was a replica, and the value may be older than what was acknowledged
 */
public record Answer<T>(@Nullable T value, List<String> nodes, boolean fromReplica) {
    public Answer {
        nodes = List.copyOf(nodes);
    }
}
