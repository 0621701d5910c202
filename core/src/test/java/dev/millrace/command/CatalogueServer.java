package dev.millrace.command;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.Millrace;
import dev.millrace.TestDeployment;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What the catalogue's tests run on: real servers, empty before each test, with a client for each protocol. What is run
 * is also held against the server's own description of the command.
 */
final class CatalogueServer implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    private @Nullable TestDeployment deployment;
    private @Nullable Millrace resp2;
    private @Nullable Millrace resp3;
    private @Nullable FactsCheck facts;
    private int major;
    private int minor;

    @Override
    public void beforeAll(ExtensionContext context) {
        TestDeployment started = TestDeployment.start();
        deployment = started;
        resp2 = Millrace.connect(started.options().protocol(2).build());
        resp3 = Millrace.connect(started.options().protocol(3).build());
        int[] version = Arrays.stream(started.version().split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
        major = version[0];
        minor = version[1];
        facts = new FactsCheck(command -> Objects.requireNonNull(send(3, command)));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        deployment().ask("FLUSHALL");
        if (isAtLeast(7, 0)) {
            deployment().ask("FUNCTION", "FLUSH");
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        client(2).close();
        client(3).close();
        deployment().close();
    }

    TestDeployment deployment() {
        return Objects.requireNonNull(deployment);
    }

    /** The client that speaks this protocol. */
    Millrace client(int protocol) {
        return Objects.requireNonNull(protocol == 2 ? resp2 : resp3);
    }

    // ---- what a test needs ----

    /** Whether the server is of this version or a later one. */
    boolean isAtLeast(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
    }

    /** Skips the rest of a test where the server is older than this. */
    void needs(int wantedMajor) {
        assumeTrue(
                isAtLeast(wantedMajor, 0),
                () -> "needs Redis " + wantedMajor + "; the server is "
                        + deployment().version());
    }

    /** Skips the rest of a test where there is more than one server, because of what the test does to it. */
    void needsServerOfItsOwn(String because) {
        assumeTrue(deployment().kind() == TestDeployment.Kind.ONE, () -> "needs a server of its own: " + because);
    }

    /** Skips the rest of a test on a cluster. */
    void needsNoCluster(String because) {
        assumeTrue(deployment().kind() != TestDeployment.Kind.CLUSTER, () -> "not on a cluster: " + because);
    }

    /** Lets the servers answer that they are busy as soon as a script runs, so that they can be told to end it. */
    void setImpatient() {
        deployment().ask("CONFIG", "SET", "lua-time-limit", "1");
    }

    /** A key of this kind that is at the server which answers commands without keys. */
    String nearby(String name) {
        ClientInfo connection = Objects.requireNonNull(client(3).run(Clients.clientInfo()));
        String address = connection.field("laddr");
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "{" + i + "}" + name)
                .filter(key -> ("127.0.0.1:" + deployment().master(key).port()).equals(address))
                .findFirst()
                .orElseThrow();
    }

    // ---- running ----

    /** Checks the command's facts, and runs it. Servers before Redis 7 do not describe their commands well enough. */
    <T> @Nullable T run(int protocol, Command<T> command) {
        if (isAtLeast(7, 0)) {
            Objects.requireNonNull(facts).check(command);
        }
        return send(protocol, command);
    }

    /** As {@link #run}, for replies that are not null. */
    <T> T value(int protocol, Command<T> command) {
        return Objects.requireNonNull(run(protocol, command), command::toString);
    }

    /** Runs the command. */
    <T> @Nullable T send(int protocol, Command<T> command) {
        return client(protocol).run(command);
    }
}
