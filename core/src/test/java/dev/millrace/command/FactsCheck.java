package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Compares what a command says of itself with what the server says of it: its keys, and its verb's facts. */
final class FactsCheck {
    private final Function<Command<Value>, Value> server;
    private final Map<String, List<String>> flagsByName = new ConcurrentHashMap<>();

    FactsCheck(Function<Command<Value>, Value> server) {
        this.server = server;
    }

    void check(Command<?> command) {
        List<String> flags = flagsByName.computeIfAbsent(command.verb().name(), this::flags);
        assertThat(command.verb().isReadOnly())
                .as("%s is read-only", command.verb())
                .isEqualTo(flags.contains("readonly"));
        assertThat(command.verb().isBlocking())
                .as("%s is blocking", command.verb())
                .isEqualTo(flags.contains("blocking"));
        assertThat(keysOf(command)).as("keys of %s", command).isEqualTo(keysByServer(command));
    }

    private List<String> flags(String name) {
        String subcommand = name.toLowerCase(Locale.ROOT).replace(' ', '|');
        Value info =
                server.apply(Command.of("COMMAND INFO", subcommand)).asList().getFirst();
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
            keys.add(command.key(i) instanceof byte[] bytes ? shown(bytes) : (String) command.key(i));
        }
        return keys;
    }

    /** Keeps every byte distinct, also those that are not UTF-8. */
    private static String shown(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
