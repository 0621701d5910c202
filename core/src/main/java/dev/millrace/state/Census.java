package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.EscapedName;
import dev.millrace.command.StreamId;
import dev.millrace.command.Value;
import dev.millrace.topology.Dispatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Calls of the script that knows which processes there are. Thread-safe. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Census {
    /**
     * What the script answers.
     *
     * @param done whether it was done; of open the incarnation
     * @param processes escaped names, each with its incarnation and beats
     * @param sequence the number of the last change
     * @param position the last entry of the stream of changes
     * @param history the server's replication id; empty where it may not be asked for
     * @param inbox the last entry of the inbox
     */
    record Answer(
            long done,
            Map<String, String> processes,
            long sequence,
            StreamId position,
            String history,
            StreamId inbox) {}

    private final Dispatch dispatch;
    private final long timeoutNanos;
    private final StateKeys keys;
    private final String process;

    Census(Dispatch dispatch, long timeoutNanos, StateKeys keys, String process) {
        this.dispatch = dispatch;
        this.timeoutNanos = timeoutNanos;
        this.keys = keys;
        this.process = EscapedName.of("a process", process);
    }

    /** The escaped name of this process. */
    String process() {
        return process;
    }

    Answer open() {
        return call("open", process, "");
    }

    Answer look() {
        return call("look", process, "");
    }

    Answer beat(long incarnation) {
        return call("beat", process, Long.toString(incarnation));
    }

    /** Marks a process as dead; not done if it has given a sign since. */
    boolean bury(String other, String expected) {
        return call("bury", other, expected).done == 1;
    }

    /** Forgets a process. */
    boolean gone(String other, String expected) {
        return call("gone", other, expected).done == 1;
    }

    private Answer call(String op, String of, String expected) {
        Value reply = Objects.requireNonNull(dispatch.run(
                StateScripts.CENSUS.call(
                        List.of(keys.meta(), keys.processes(), keys.events(), keys.inbox(of)), op, of, expected),
                timeoutNanos));
        List<Value> parts = reply.asList();
        Map<String, String> processes = new HashMap<>();
        List<Value> pairs = parts.get(1).asList();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            processes.put(text(pairs.get(i)), text(pairs.get(i + 1)));
        }
        return new Answer(
                parts.get(0).asLong(),
                processes,
                parts.get(2).asLong(),
                StreamId.parse(text(parts.get(3))),
                text(parts.get(4)),
                StreamId.parse(text(parts.get(5))));
    }

    private static String text(Value value) {
        return String.valueOf(value.asText());
    }
}
