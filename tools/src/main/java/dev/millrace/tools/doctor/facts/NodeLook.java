package dev.millrace.tools.doctor.facts;

import dev.millrace.DedicatedConnection;
import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Acl;
import dev.millrace.command.AclUser;
import dev.millrace.command.Clients;
import dev.millrace.command.Command;
import dev.millrace.command.CommandInfo;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Server;
import dev.millrace.command.ServerError;
import dev.millrace.command.ServerInfo;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One look at one server: only questions, and none whose answer is a secret. What the server refuses is noted, for
 * providers and ACL rules forbid CONFIG and more. Confined to one thread.
 */
final class NodeLook {
    /** What is asked of CONFIG. A password is not among them: it would come over the wire. */
    private static final List<String> SETTINGS = List.of(
            "maxmemory",
            "maxmemory-policy",
            "save",
            "appendonly",
            "appendfsync",
            "tracking-table-max-keys",
            "protected-mode",
            "bind",
            "cluster-require-full-coverage",
            "min-replicas-to-write",
            "replica-read-only",
            "tcp-keepalive",
            "timeout",
            "client-output-buffer-limit");

    private static final int PINGS = 200;
    /** A server that is far away is pinged less often, but at least so often. */
    private static final int LEAST_PINGS = 20;

    private static final long PING_NANOS = 3_000_000_000L;
    /** The first calls of a JVM tell more about the JVM than about the server. */
    private static final long WARMING_NANOS = 200_000_000L;

    private final String name;
    private final Millrace redis;
    private final boolean loggedIn;
    private final List<String> unseen = new ArrayList<>();

    private NodeLook(String name, Millrace redis, boolean loggedIn) {
        this.name = name;
        this.redis = redis;
        this.loggedIn = loggedIn;
    }

    /**
     * Looks at the one server of the options.
     *
     * @throws MillraceException if it can't be reached, refuses the login, or is lost on the way
     */
    static NodeFacts at(MillraceOptions options) {
        var connection = options.connection();
        boolean loggedIn = connection.login().credentials().get() != null;
        try (Millrace redis = Millrace.connect(options)) {
            return new NodeLook(connection.endpoint().name(), redis, loggedIn).look();
        }
    }

    private NodeFacts look() {
        Map<String, String> info = info();
        Map<String, String> settings = settings(info);
        Map<String, String> cluster = "1".equals(info.get("cluster_enabled")) ? cluster() : Map.of();
        Map<Feature, Feature.State> features = features(info);
        RoundTrips roundTrips = roundTrips();
        return new NodeFacts(name, info, settings, cluster, features, roundTrips, open(), unseen);
    }

    private Map<String, String> info() {
        ServerInfo info = ask("INFO", Server.info());
        Map<String, String> fields = new HashMap<>();
        if (info != null) {
            info.sections().values().forEach(fields::putAll);
        }
        return fields;
    }

    private Map<String, String> settings(Map<String, String> info) {
        Map<String, String> settings = new LinkedHashMap<>();
        Batch batch = redis.batch();
        List<Reply<Map<String, String>>> answers = SETTINGS.stream()
                .map(setting -> batch.add(Server.configGet(setting)))
                .toList();
        batch.run();
        String refusal = null;
        for (Reply<Map<String, String>> answer : answers) {
            MillraceException error = answer.error();
            if (error instanceof ServerError || error instanceof UnexpectedReply) {
                refusal = error.getMessage();
            } else {
                Map<String, String> found = answer.get();
                settings.putAll(found == null ? Map.of() : found);
            }
        }
        if (refusal != null || settings.isEmpty()) {
            unseen.add("CONFIG GET: " + (refusal == null ? "the server answers nothing" : refusal));
        }
        takeOver(info, "maxmemory", settings, "maxmemory");
        takeOver(info, "maxmemory_policy", settings, "maxmemory-policy");
        if (info.containsKey("aof_enabled")) {
            settings.putIfAbsent("appendonly", "1".equals(info.get("aof_enabled")) ? "yes" : "no");
        }
        return settings;
    }

    private static void takeOver(Map<String, String> info, String field, Map<String, String> settings, String setting) {
        String value = info.get(field);
        if (value != null) {
            settings.putIfAbsent(setting, value);
        }
    }

    private Map<String, String> cluster() {
        Value answer = ask("CLUSTER INFO", Command.of("CLUSTER INFO").readOnly());
        Map<String, String> fields = new HashMap<>();
        String text = answer == null ? null : answer.asText();
        if (text != null) {
            text.lines().forEach(line -> {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.put(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                }
            });
        }
        return fields;
    }

    // ---- features ----

    private Map<Feature, Feature.State> features(Map<String, String> info) {
        Map<Feature, Feature.State> features = new EnumMap<>(Feature.class);
        Set<String> commands = commands();
        String version = info.get("redis_version");
        for (Feature feature : Feature.values()) {
            if (commands != null && !feature.commands().isEmpty()) {
                features.put(feature, state(commands.containsAll(feature.commands())));
            } else if (version != null) {
                features.put(feature, state(feature.isIn(version)));
            }
        }
        features.put(Feature.TRACKING, tracking());
        return features;
    }

    private static Feature.State state(boolean present) {
        return present ? Feature.State.PRESENT : Feature.State.ABSENT;
    }

    /** Those of the features' commands that the server has; null if it does not tell. */
    private @Nullable Set<String> commands() {
        String[] names = Arrays.stream(Feature.values())
                .flatMap(feature -> feature.commands().stream())
                .toArray(String[]::new);
        List<CommandInfo> known = ask("COMMAND INFO", Server.commandInfo(names));
        if (known == null) {
            return null;
        }
        Set<String> present = new HashSet<>();
        for (@Nullable CommandInfo command : known) {
            if (command != null) {
                present.add(command.name());
            }
        }
        return present;
    }

    /** Tried, since no command's name tells: switching it off where it is not on changes nothing. */
    private Feature.State tracking() {
        try (DedicatedConnection own = redis.dedicated()) {
            own.run(Clients.clientTrackingOff());
            return Feature.State.PRESENT;
        } catch (ServerError.NoPermission forbidden) {
            return Feature.State.FORBIDDEN;
        } catch (ServerError unknown) {
            return Feature.State.ABSENT;
        }
    }

    // ---- distance and access ----

    private @Nullable RoundTrips roundTrips() {
        long[] nanos = new long[PINGS];
        int count = 0;
        long begin = System.nanoTime();
        try {
            for (int i = 0; i < PINGS / 2 && System.nanoTime() - begin < WARMING_NANOS; i++) {
                redis.run(Server.ping());
            }
            while (count < PINGS && (count < LEAST_PINGS || System.nanoTime() - begin < PING_NANOS)) {
                long start = System.nanoTime();
                redis.run(Server.ping());
                nanos[count++] = System.nanoTime() - start;
            }
        } catch (ServerError refused) {
            unseen.add("PING: " + refused.getMessage());
            return null;
        }
        return RoundTrips.of(Arrays.copyOf(nanos, count));
    }

    /** Whoever got in without a login shows it; else the server is asked, whose answer holds hashes only. */
    private @Nullable Boolean open() {
        if (!loggedIn) {
            return true;
        }
        try {
            AclUser user = redis.run(Acl.aclGetUser("default"));
            return user == null
                    ? null
                    : user.flags().contains("nopass") && user.flags().contains("on");
        } catch (ServerError | UnexpectedReply refused) {
            return null; // without it there is nothing to say about it
        }
    }

    private <T> @Nullable T ask(String what, Command<T> question) {
        try {
            return redis.run(question);
        } catch (ServerError.AuthenticationFailed refused) {
            throw refused;
        } catch (ServerError | UnexpectedReply refused) {
            unseen.add(what + ": " + refused.getMessage());
            return null;
        }
    }
}
