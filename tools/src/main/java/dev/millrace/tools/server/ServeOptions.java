package dev.millrace.tools.server;

import dev.millrace.MillraceOptions;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.server.http.HttpOptions;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the server is started with: variables of the environment, over those of a file (Java properties of the same names).
 * Immutable.
 */
public final class ServeOptions {
    /**
     * A variable.
     *
     * @param secret whether its value is shown to nobody
     */
    private record Variable(String name, String preset, String description, boolean secret) {}

    private static final List<Variable> VARIABLES = List.of(
            variable(
                    "MILLRACE_HOST",
                    "127.0.0.1",
                    "address to listen on; another than the loopback's needs MILLRACE_TOKEN"),
            variable("MILLRACE_PORT", "8080", "port for HTTP, 0 for a free one"),
            secret("MILLRACE_TOKEN", "what changing requests must carry; none: any on the loopback may change"),
            secret("MILLRACE_ADMIN_TOKEN", "what administrators' requests must carry; none: no administrators"),
            variable("MILLRACE_BODY_LIMIT", "16777216", "bytes of a body, 1024 to 268435456"),
            variable("MILLRACE_CONNECTIONS", "2000", "connections at once, 1 to 100000"),
            variable("MILLRACE_IDLE", "30", "seconds after which a silent connection is closed, 1 to 3600"),
            variable("MILLRACE_RATE_LIMIT", "0", "changing requests a second of one address, 0 for any number"),
            variable("MILLRACE_ACCESS_LOG", "-", "a file, - for standard output, or off"),
            variable("MILLRACE_GRACE", "10", "seconds in which the server has stopped after SIGTERM, 1 to 300"),
            variable(
                    "MILLRACE_PROCESS",
                    "",
                    "name of this process among those on the same Redis; none: of host and port"),
            variable("MILLRACE_GAME_PORT", "8023", "port of the game for telnet, 0 for a free one, off for none"),
            variable(
                    "MILLRACE_JDBC_URL",
                    "jdbc:h2:mem:millrace;DB_CLOSE_DELAY=-1",
                    "the SQL database, H2 or PostgreSQL"),
            variable("MILLRACE_JDBC_USER", "", "its user"),
            secret("MILLRACE_JDBC_PASSWORD", "its user's password"),
            variable("MILLRACE_JOURNAL_DAYS", "7", "days for which queue operations are kept, 1 to 3650"),
            variable("MILLRACE_CACHE_TTL", "300", "seconds for which cached answers are good, 0 for no cache"),
            variable("MILLRACE_BATCH_SIZE", "10", "jobs that end the gathering of a batch, 1 for no batches"),
            variable("MILLRACE_PIPELINING", "auto", "of uploads: auto, always or never"),
            variable(
                    "MILLRACE_STATE_MODE",
                    "hybrid",
                    "of connections: hybrid, redis-only, or read-through:MILLISECONDS"));

    private static final long MIB_256 = 256L << 20;

    private final Map<String, String> values;
    private final Map<String, String> redis;

    private ServeOptions(Map<String, String> values, Map<String, String> redis) {
        this.values = Map.copyOf(values);
        this.redis = Map.copyOf(redis);
    }

    private static Variable variable(String name, String preset, String description) {
        return new Variable(name, preset, description, false);
    }

    private static Variable secret(String name, String description) {
        return new Variable(name, "", description, true);
    }

    /**
     * Out of the environment and a file.
     *
     * @param file null for none
     * @throws BadInput if the file can't be read or has a name that is not known, or a value is out of its range
     */
    public static ServeOptions of(Map<String, String> environment, @Nullable Path file) {
        Map<String, String> given = new HashMap<>(file == null ? Map.of() : read(file));
        environment.forEach((name, value) -> {
            if (!value.isBlank()) {
                given.put(name, value);
            }
        });
        Map<String, String> values = new HashMap<>();
        for (Variable variable : VARIABLES) {
            values.put(
                    variable.name(),
                    given.getOrDefault(variable.name(), variable.preset()).strip());
        }
        Map<String, String> redis = new HashMap<>(given);
        redis.keySet().retainAll(MillraceOptions.environmentVariables());
        ServeOptions options = new ServeOptions(values, redis);
        options.check();
        return options;
    }

    private static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            throw new BadInput("there is no configuration file " + file);
        } catch (IOException | IllegalArgumentException e) {
            throw new BadInput("the configuration file " + file + " can't be read as Java properties in UTF-8");
        }
        Set<String> known = new TreeSet<>(MillraceOptions.environmentVariables());
        VARIABLES.forEach(variable -> known.add(variable.name()));
        Map<String, String> values = new HashMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (!known.contains(name)) {
                throw new BadInput("the configuration file " + file + " has " + name
                        + ", which is no variable of the server; `serve --print-config` lists them");
            }
            values.put(name, properties.getProperty(name));
        }
        return values;
    }

    private void check() {
        http();
        grace();
        journalDays();
        cacheTtl();
        batchSize();
        pipelining();
        stateMode();
        gamePort();
    }

    /** With some values in the place of others; for tests and for options of the command line. */
    public ServeOptions with(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(values);
        all.putAll(redis);
        all.putAll(others);
        return of(all, null);
    }

    // ---- what it says ----

    /** What the environment says of Redis; empty where it says nothing, and an embedded server is meant. */
    public Map<String, String> redis() {
        return redis;
    }

    /** How the server is reached. */
    public HttpOptions http() {
        try {
            return new HttpOptions(
                    text("MILLRACE_HOST"),
                    (int) number("MILLRACE_PORT", 0, 65_535),
                    orNull("MILLRACE_TOKEN"),
                    orNull("MILLRACE_ADMIN_TOKEN"),
                    number("MILLRACE_BODY_LIMIT", 1_024, MIB_256),
                    (int) number("MILLRACE_CONNECTIONS", 1, 100_000),
                    Duration.ofSeconds(number("MILLRACE_IDLE", 1, 3_600)),
                    (int) number("MILLRACE_RATE_LIMIT", 0, 1_000_000),
                    text("MILLRACE_ACCESS_LOG"));
        } catch (IllegalArgumentException refused) {
            throw new BadInput(String.valueOf(refused.getMessage()));
        }
    }

    /** How long the server may take to stop. */
    public Duration grace() {
        return Duration.ofSeconds(number("MILLRACE_GRACE", 1, 300));
    }

    /** The name of this process; null for one of host and port. */
    public @Nullable String process() {
        return orNull("MILLRACE_PROCESS");
    }

    /** The game's port; -1 for none. */
    public int gamePort() {
        return text("MILLRACE_GAME_PORT").equals("off") ? -1 : (int) number("MILLRACE_GAME_PORT", 0, 65_535);
    }

    /** Where the database is. */
    public String jdbcUrl() {
        return text("MILLRACE_JDBC_URL");
    }

    /** Its user; null for none. */
    public @Nullable String jdbcUser() {
        return orNull("MILLRACE_JDBC_USER");
    }

    /** Its user's password; null for none. */
    public @Nullable String jdbcPassword() {
        return orNull("MILLRACE_JDBC_PASSWORD");
    }

    /** Days for which queue operations are kept. */
    public int journalDays() {
        return (int) number("MILLRACE_JOURNAL_DAYS", 1, 3_650);
    }

    /** For how long cached answers are good; zero for no cache. */
    public Duration cacheTtl() {
        return Duration.ofSeconds(number("MILLRACE_CACHE_TTL", 0, 86_400));
    }

    /** Jobs that end the gathering of a batch. */
    public int batchSize() {
        return (int) number("MILLRACE_BATCH_SIZE", 1, 500);
    }

    /** How uploads are sent: {@code auto}, {@code always} or {@code never}. */
    public String pipelining() {
        String wanted = text("MILLRACE_PIPELINING");
        if (!Set.of("auto", "always", "never").contains(wanted)) {
            throw new BadInput("MILLRACE_PIPELINING must be auto, always or never");
        }
        return wanted;
    }

    /** Where connections are kept: {@code hybrid}, {@code redis-only} or {@code read-through:MILLISECONDS}. */
    public String stateMode() {
        String wanted = text("MILLRACE_STATE_MODE");
        if (!wanted.matches("hybrid|redis-only|read-through:\\d{1,5}")) {
            throw new BadInput("MILLRACE_STATE_MODE must be hybrid, redis-only or read-through:MILLISECONDS");
        }
        return wanted;
    }

    private String text(String name) {
        return values.getOrDefault(name, "");
    }

    private @Nullable String orNull(String name) {
        String value = text(name);
        return value.isEmpty() ? null : value;
    }

    private long number(String name, long least, long most) {
        String value = text(name);
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException none) {
            // told below
        }
        throw new BadInput(name + " must be a whole number from " + least + " to " + most);
    }

    /** All variables with their values and what they mean, as a file that can be read again; no secret is in it. */
    public String printed() {
        StringBuilder text = new StringBuilder(256);
        for (Variable variable : VARIABLES) {
            String value = text(variable.name());
            text.append("# ").append(variable.description()).append('\n');
            if (variable.secret()) {
                text.append('#').append(variable.name()).append(value.isEmpty() ? "=\n" : "=(set, not shown)\n");
            } else {
                text.append(variable.name()).append('=').append(value).append('\n');
            }
        }
        text.append("# Redis: ");
        text.append(
                redis.isEmpty()
                        ? "embedded; name another by " + String.join(", ", MillraceOptions.environmentVariables())
                        : "by " + String.join(", ", new TreeSet<>(redis.keySet())));
        return text.append('\n').toString();
    }

    /** The names of all variables with their descriptions. */
    public static Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        VARIABLES.forEach(variable -> variables.put(variable.name(), variable.description()));
        return variables;
    }

    /** Its names only: values may be secret. */
    @Override
    public String toString() {
        return "ServeOptions" + new TreeSet<>(values.keySet());
    }
}
