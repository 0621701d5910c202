package dev.millrace.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link RedisServer}, got from {@link RedisServer#builder()}.
 *
 * <p>Not thread-safe; may start several servers.
 */
public final class RedisServerBuilder {

    private static final Map<String, String> OWN_OPTIONS = Map.of(
            "port", "port(int)",
            "tls-port", "tls(TlsMaterial)",
            "unixsocket", "unixSocket()",
            "dir", "dataDirectory(Path)",
            "requirepass", "password(String)",
            "user", "user(String, String...)",
            "bind", "nothing: test servers listen on loopback only",
            "daemonize", "nothing: the test kit owns the process",
            "logfile", "log()");

    private final List<String> directives = new ArrayList<>();
    private final Set<String> secrets = new HashSet<>();
    private @Nullable Path binary;
    private int port;
    private boolean unixSocket;
    private @Nullable TlsMaterial tls;
    private int tlsPort;
    private boolean tlsClientAuthentication;
    private boolean appendOnly;
    private boolean sentinel;
    private @Nullable Path dataDirectory;
    private @Nullable String askUser;
    private @Nullable String askPassword;
    private Duration startDeadline = Duration.ofSeconds(20);

    RedisServerBuilder() {}

    /**
     * The executable to run. Default: the system property {@code millrace.redis-server}, else the environment variable
     * {@code MILLRACE_REDIS_SERVER}, else {@code redis-server} or {@code valkey-server} on the PATH, else the real
     * Redis 6.2 inside the embedded-redis jar.
     */
    public RedisServerBuilder binary(Path executable) {
        this.binary = Objects.requireNonNull(executable, "executable");
        return this;
    }

    /**
     * A directive of redis.conf, for example {@code config("maxmemory", "10mb")} or {@code config("save", "60 1000")}.
     * May be repeated, with the same name too; it comes after the defaults of the test kit and so wins.
     *
     * @param value as it would stand in redis.conf; several words are several arguments, and what holds a space inside
     *     one argument is {@link #quoted}; empty means an empty argument
     * @throws IllegalArgumentException if the directive has an option of its own here, or a line break
     */
    public RedisServerBuilder config(String name, String value) {
        String own = OWN_OPTIONS.get(name.toLowerCase(Locale.ROOT));
        if (own != null) {
            throw new IllegalArgumentException("config(\"%s\", …) is not taken; use %s".formatted(name, own));
        }
        directives.add(singleLine(name) + " " + (value.isEmpty() ? "\"\"" : singleLine(value)));
        return this;
    }

    /** The port. Default: a free one, and another if somebody takes it meanwhile. */
    public RedisServerBuilder port(int fixed) {
        this.port = withinRange(fixed);
        return this;
    }

    /** Also listens on a Unix domain socket in the server's temporary folder. Default: no. */
    public RedisServerBuilder unixSocket() {
        this.unixSocket = true;
        return this;
    }

    /** Also listens with TLS on a port of its own. Default: no. */
    public RedisServerBuilder tls(TlsMaterial material) {
        this.tls = Objects.requireNonNull(material, "material");
        return this;
    }

    /** The port that speaks TLS, which {@link #tls} asks for. Default: a free one. */
    public RedisServerBuilder tlsPort(int fixed) {
        this.tlsPort = withinRange(fixed);
        return this;
    }

    /** Lets only clients with a certificate of the material's authority in by TLS. Default: no. */
    public RedisServerBuilder tlsClientAuthentication() {
        this.tlsClientAuthentication = true;
        return this;
    }

    /**
     * The password of the default user ({@code requirepass}); the test kit's own questions use it too.
     *
     * @throws IllegalArgumentException if empty
     */
    public RedisServerBuilder password(String password) {
        secrets.add(notEmpty(password));
        directives.add("requirepass " + quoted(password));
        if (askUser == null) {
            this.askPassword = password;
        }
        return this;
    }

    /**
     * An ACL user, for example {@code user("app", "on", ">secret", "~app:*", "+@all", "-@dangerous")}.
     *
     * <p>Whoever takes rights from the user {@code default} names with {@link #askAs} who the test kit itself is.
     */
    public RedisServerBuilder user(String name, String... rules) {
        StringBuilder line = new StringBuilder("user ").append(singleLine(name));
        for (String rule : rules) {
            line.append(' ').append(quoted(rule));
            if (rule.startsWith(">") && rule.length() > 1) {
                secrets.add(rule.substring(1));
            }
        }
        directives.add(line.toString());
        return this;
    }

    /**
     * Who the test kit logs in as for its own questions, and the server at its master where it is a replica. Default:
     * the default user.
     *
     * @throws IllegalArgumentException if the password is empty
     */
    public RedisServerBuilder askAs(String user, String password) {
        secrets.add(notEmpty(password));
        this.askUser = user;
        this.askPassword = password;
        return this;
    }

    /** A word of a directive to blot out of logs and messages, beside the passwords that have an option of their own. */
    public RedisServerBuilder secret(String word) {
        secrets.add(notEmpty(word));
        return this;
    }

    /** Writes the append-only file, synced at every write, so that a killed server comes back with all it had. */
    public RedisServerBuilder appendOnly() {
        this.appendOnly = true;
        return this;
    }

    /**
     * Runs the server as a Sentinel; what it is to watch are directives such as {@code config("sentinel", "monitor main
     * 127.0.0.1 6379 2")}. Default: no.
     */
    public RedisServerBuilder sentinel() {
        this.sentinel = true;
        return this;
    }

    /**
     * Where the server keeps its files. Default: a temporary folder, removed by {@link RedisServer#close()}. A folder
     * named here is left in place, and close lets the server save first.
     */
    public RedisServerBuilder dataDirectory(Path existing) {
        this.dataDirectory = existing.toAbsolutePath();
        return this;
    }

    /** How long a start may take until the server answers PING. Default 20 seconds. */
    public RedisServerBuilder startDeadline(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("a start deadline of %s is not positive".formatted(deadline));
        }
        this.startDeadline = deadline;
        return this;
    }

    /**
     * Starts the server and returns when it answers.
     *
     * @throws ServerStartException if there is no binary, the server ends or does not answer by the deadline
     */
    public RedisServer start() {
        Path executable = binary == null ? ServerBinary.find() : ServerBinary.existing(binary, "binary(Path)");
        return RedisServer.start(new ServerOptions(
                executable,
                directives,
                port,
                unixSocket,
                tls,
                tlsPort,
                tlsClientAuthentication,
                appendOnly,
                sentinel,
                dataDirectory,
                askUser,
                askPassword,
                secrets,
                startDeadline));
    }

    private static int withinRange(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port %d is not within 1 to 65535".formatted(port));
        }
        return port;
    }

    private static String notEmpty(String password) {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("an empty password is none; leave the option out instead");
        }
        return password;
    }

    private static String singleLine(String text) {
        if (text.contains("\n") || text.contains("\r")) {
            throw new IllegalArgumentException("a line break cannot stand in a directive");
        }
        return text;
    }

    /**
     * One argument of a directive, whatever characters it holds, as it stands in redis.conf.
     *
     * @throws IllegalArgumentException if it holds a line break
     */
    public static String quoted(String text) {
        return '"' + singleLine(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
