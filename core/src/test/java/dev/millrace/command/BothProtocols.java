package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real server for a test class, empty before each test, with a client for each protocol. Before a command runs, what
 * it says of itself is compared with what the server says of it: which arguments are keys, and that what writes is not
 * taken for a read. Servers before Redis 7 do not describe their commands well enough for that.
 */
final class BothProtocols implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    /** Keys and values that are no text: what breaks where bytes are taken for UTF-8 or for the ends of lines. */
    static final byte[] KEY = {(byte) 0xff, 0, '\r', '\n', 'k'};

    static final byte[] OTHER = {(byte) 0xff, 0, '\r', '\n', 'o'};
    static final byte[] A = {'a', (byte) 0xfe, 0};
    static final byte[] B = {'b', (byte) 0xfe, '\r', '\n'};
    static final byte[] C = {'c', (byte) 0xff};

    /** The server routes by these arguments as it does by keys, but does not call them so. */
    private static final Set<String> ROUTED_BY_CHANNEL = Set.of("SPUBLISH");

    private final Map<String, List<String>> flags = new ConcurrentHashMap<>();
    private @Nullable RedisServer server;
    private @Nullable Millrace resp2;
    private @Nullable Millrace resp3;

    @Override
    public void beforeAll(ExtensionContext context) {
        RedisServer started = RedisServer.start();
        server = started;
        resp2 = Millrace.connect(
                MillraceOptions.builder(started.url()).protocol(2).build());
        resp3 = Millrace.connect(started.url());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        server().ask("FLUSHALL");
        if (isAtLeast(7, 0)) {
            server().ask("FUNCTION", "FLUSH");
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        client(2).close();
        client(3).close();
        server().close();
    }

    RedisServer server() {
        return Objects.requireNonNull(server);
    }

    Millrace client(int protocol) {
        return Objects.requireNonNull(protocol == 2 ? resp2 : resp3);
    }

    /** Whether the server is of this version or a later one. */
    boolean isAtLeast(int major, int minor) {
        int[] parts = Arrays.stream(server().version().split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
        return parts[0] > major || (parts[0] == major && parts[1] >= minor);
    }

    /** Skips the rest of a test where the server is older than this. */
    void needs(int major) {
        assumeTrue(isAtLeast(major, 0), () -> "needs Redis " + major + "; the server is " + server().version());
    }

    <T> @Nullable T run(int protocol, Command<T> command) {
        if (isAtLeast(7, 0)) {
            check(command);
        }
        return client(protocol).run(command);
    }

    /** Lets the server answer that it is busy as soon as a script runs, so that it can be told to end it. */
    void setImpatient() {
        server().ask("CONFIG", "SET", "lua-time-limit", "1");
    }

    /** As {@link #run}, for replies that are not null. */
    <T> T value(int protocol, Command<T> command) {
        return Objects.requireNonNull(run(protocol, command), command::toString);
    }

    private void check(Command<?> command) {
        List<String> flagsByServer = flags.computeIfAbsent(command.verb().name(), this::flags);
        if (flagsByServer.contains("write")) {
            assertThat(command.verb().isReadOnly())
                    .as("%s is read-only", command.verb())
                    .isFalse();
        }
        if (flagsByServer.contains("readonly")) {
            assertThat(command.verb().isReadOnly())
                    .as("%s is read-only", command.verb())
                    .isTrue();
        }
        if (command.argumentCount() == 0) {
            assertThat(command.keyCount()).as("keys of %s", command).isZero();
        } else if (!flagsByServer.isEmpty()
                && !ROUTED_BY_CHANNEL.contains(command.verb().name())) {
            assertThat(keysOf(command)).as("keys of %s", command).isEqualTo(keysByServer(command));
        }
    }

    private List<String> flags(String name) {
        String subcommand = name.toLowerCase(Locale.ROOT).replace(' ', '|');
        List<CommandInfo> info = Objects.requireNonNull(client(3).run(Server.commandInfo(subcommand)));
        CommandInfo first = info.getFirst();
        return first == null ? List.of() : List.copyOf(first.flags());
    }

    private List<String> keysByServer(Command<?> command) {
        List<Object> words = new ArrayList<>(List.of(command.verb().name().split(" ", -1)));
        for (int i = 0; i < command.argumentCount(); i++) {
            words.add(command.argument(i));
        }
        try {
            Value keys = client(3).run(Command.of("COMMAND GETKEYS", words.toArray()));
            return Objects.requireNonNull(keys).asList().stream()
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
            keys.add(shown(
                    command.key(i) instanceof byte[] bytes
                            ? bytes
                            : ((String) command.key(i)).getBytes(StandardCharsets.UTF_8)));
        }
        return keys;
    }

    /** Keeps every byte distinct, also those that are not UTF-8. */
    private static String shown(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
