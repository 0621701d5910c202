package dev.millrace.command;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.Millrace;
import dev.millrace.testkit.RedisServer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real server for the tests of a class, empty before each, with a client for each protocol. What is run is also held
 * against the server's own description of the command.
 */
final class CatalogueServer implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    private @Nullable RedisServer server;
    private @Nullable Millrace resp2;
    private @Nullable Millrace resp3;
    private @Nullable FactsCheck facts;
    private int version;

    @Override
    public void beforeAll(ExtensionContext context) {
        RedisServer started = RedisServer.start();
        server = started;
        resp2 = Millrace.connect(started.url() + "?protocol=2");
        resp3 = Millrace.connect(started.url() + "?protocol=3");
        version = Integer.parseInt(started.version().split("\\.", 2)[0]);
        facts = new FactsCheck(command -> Objects.requireNonNull(send(3, command)));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        send(3, Command.of("FLUSHALL"));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Objects.requireNonNull(resp2).close();
        Objects.requireNonNull(resp3).close();
        Objects.requireNonNull(server).close();
    }

    /** Skips the rest of a test where the server is older than this. */
    void needs(int major) {
        assumeTrue(version >= major, () -> "needs Redis " + major + "; the server is of version " + version);
    }

    /** Checks the command's facts, and runs it. Servers before Redis 7 do not describe their commands well enough. */
    <T> @Nullable T run(int protocol, Command<T> command) {
        if (version >= 7) {
            Objects.requireNonNull(facts).check(command);
        }
        return send(protocol, command);
    }

    /** Runs the command. */
    <T> @Nullable T send(int protocol, Command<T> command) {
        return client(protocol).run(command);
    }

    /** The client that speaks this protocol. */
    Millrace client(int protocol) {
        return Objects.requireNonNull(protocol == 2 ? resp2 : resp3);
    }
}
