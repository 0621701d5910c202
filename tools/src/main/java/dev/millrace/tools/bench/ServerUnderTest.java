package dev.millrace.tools.bench;

import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.report.Server;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The server that is measured: one of our own, ended on {@link #close}, or one that the user named. Thread-safe. */
final class ServerUnderTest implements AutoCloseable {
    private static final int DEFAULT_PORT = 6379;
    /** Scheme and login, host, port, then database and parameters; a login may hold any character, even {@code @}. */
    private static final Pattern PLAIN = Pattern.compile(
            "(?<before>redis://(?:.*@)?)(?<host>\\[[^]]*]|[^:/?@]*)(?::(?<port>\\d{1,5}))?(?<after>(?:[/?].*)?)");

    private static final String CALLS = "calls=";
    private static final String COMMAND = "cmdstat_";

    private final String url;
    private final @Nullable RedisServer own;

    private ServerUnderTest(String url, @Nullable RedisServer own) {
        this.url = url;
        this.own = own;
    }

    /**
     * A fresh server on a free loopback port.
     *
     * @throws dev.millrace.testkit.ServerStartException if there is no redis-server and none is carried for this machine
     */
    static ServerUnderTest own() {
        RedisServer server = RedisServer.start();
        return new ServerUnderTest(server.url(), server);
    }

    /** A server that is there already, and is left as it was found. */
    static ServerUnderTest at(String url) {
        return new ServerUnderTest(url, null);
    }

    String url() {
        return url;
    }

    boolean isOwn() {
        return own != null;
    }

    /** What the report says of it. */
    Server describedAs(String version) {
        return own == null
                ? Server.at(version, url)
                : new Server(version, "the suite's own on loopback (" + own.binary() + ")");
    }

    /**
     * A proxy in front of the server that adds a delay to every round trip; empty where none can stand in between: TLS
     * would not know the proxy's name, a Unix domain socket has no port.
     */
    Optional<FaultProxy> delayed(Duration roundTrip) {
        Matcher plain = PLAIN.matcher(url);
        if (!plain.matches()) {
            return Optional.empty();
        }
        String host = plain.group("host").isEmpty() ? "localhost" : plain.group("host");
        int port = plain.group("port") == null ? DEFAULT_PORT : Integer.parseInt(plain.group("port"));
        return Optional.of(FaultProxy.to(host.replaceAll("[\\[\\]]", ""), port).roundTrip(roundTrip));
    }

    /** The server's URL with another host and port, user, password and database kept. */
    String urlThrough(FaultProxy proxy) {
        Matcher plain = PLAIN.matcher(url);
        if (!plain.matches()) {
            throw new IllegalStateException("only plain TCP can be proxied");
        }
        return plain.group("before") + "127.0.0.1:" + proxy.port() + plain.group("after");
    }

    /** How often each command was called so far, by name in lower case; empty where the server is not our own. */
    Map<String, Long> calls() {
        if (own == null) {
            return Map.of();
        }
        Map<String, Long> calls = new HashMap<>();
        own.info("commandstats").forEach((name, statistics) -> {
            if (name.startsWith(COMMAND) && statistics.startsWith(CALLS)) {
                String count = statistics.substring(CALLS.length(), statistics.indexOf(','));
                calls.put(name.substring(COMMAND.length()), Long.parseLong(count));
            }
        });
        return calls;
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
