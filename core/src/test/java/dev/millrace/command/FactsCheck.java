package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Compares what a command says of itself with what the server says of it: its keys, and its verb's facts. */
final class FactsCheck {
    /** The server routes by these arguments as it does by keys, but does not call them so. */
    private static final Set<String> ROUTED_BY_CHANNEL = Set.of("SPUBLISH");

    /** These wait if their options say so, or have connections of their own for other reasons than the flag tells. */
    private static final Set<String> BLOCKING_OR_NOT =
            Set.of("XREAD", "XREADGROUP", "WAIT", "WAITAOF", "SCRIPT KILL", "FUNCTION KILL", "FUNCTION STATS");

    private final Function<Command<Value>, Value> server;
    private final Map<String, List<String>> flagsByName = new ConcurrentHashMap<>();

    FactsCheck(Function<Command<Value>, Value> server) {
        this.server = server;
    }

    void check(Command<?> command) {
        String name = command.verb().name();
        List<String> flags = flagsByName.computeIfAbsent(name, this::flags);
        if (flags.isEmpty()) {
            return; // the server is too old to know it
        }
        // What concerns no data at all has neither flag, and may be taken for a read.
        if (flags.contains("readonly") || flags.contains("write")) {
            assertThat(command.verb().isReadOnly())
                    .as("%s is read-only", command.verb())
                    .isEqualTo(flags.contains("readonly"));
        }
        if (!BLOCKING_OR_NOT.contains(name)) {
            assertThat(command.verb().isBlocking())
                    .as("%s is blocking", command.verb())
                    .isEqualTo(flags.contains("blocking"));
        }
        if (!ROUTED_BY_CHANNEL.contains(name)) {
            assertThat(keysOf(command)).as("keys of %s", command).isEqualTo(keysByServer(command));
        }
    }

    private List<String> flags(String name) {
        String subcommand = name.toLowerCase(Locale.ROOT).replace(' ', '|');
        Value info =
                server.apply(Command.of("COMMAND INFO", subcommand)).asList().getFirst();
        if (!(info instanceof Value.Items)) {
            return List.of();
        }
        return info.asList().get(2).asList().stream().map(Value::asText).toList();
    }

    private List<String> keysByServer(Command<?> command) {
        if (command.argumentCount() == 0) {
            return List.of();
        }
        List<Object> words = new ArrayList<>(List.of(command.verb().name().split(" ")));
        for (int i = 0; i < command.argumentCount(); i++) {
            words.add(command.argument(i));
        }
        try {
            Value keys = server.apply(Command.of("COMMAND GETKEYS", words.toArray()));
            return keys.asList().stream()
                    .map(key -> shown(((Value.Bytes) key).bytes()))
                    .toList();
        } catch (ServerError none) {
            assertThat(none).hasMessageContaining("no key arguments");
            return List.of();
        }
    }

    private static List<String> keysOf(Command<?> command) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < command.keyCount(); i++) {
            keys.add(
                    command.key(i) instanceof byte[] bytes
                            ? shown(bytes)
                            : shown(((String) command.key(i)).getBytes(StandardCharsets.UTF_8)));
        }
        return keys;
    }

    /** Keeps every byte distinct, also those that are not UTF-8. */
    private static String shown(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
