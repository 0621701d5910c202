package dev.millrace.tools.doctor.facts;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.command.Value;
import dev.millrace.connection.Endpoint;
import dev.millrace.topology.Deployment;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks every Sentinel that was named about its master. Confined to one thread. */
final class SentinelLook {
    private final Deployment.Sentinel deployment;
    private final Map<String, Map<String, String>> answers = new LinkedHashMap<>();
    private final Map<String, String> unreachable = new TreeMap<>();
    private final Set<String> complaints = new LinkedHashSet<>();
    private final Map<String, Endpoint.Tcp> replicas = new LinkedHashMap<>();
    private @Nullable MillraceException failure;
    private @Nullable String stranger;

    SentinelLook(Deployment.Sentinel deployment) {
        this.deployment = deployment;
    }

    /**
     * Asks them.
     *
     * @param reaching the options to reach a Sentinel with
     * @throws MillraceException if none can be reached
     * @throws Unsuitable if none knows a master of that name
     */
    Layout.Sentinel look(Function<Endpoint.Tcp, MillraceOptions> reaching) {
        for (Endpoint.Tcp sentinel : deployment.sentinels()) {
            try (Millrace redis = Millrace.connect(reaching.apply(sentinel))) {
                ask(sentinel, redis);
            } catch (MillraceException failed) {
                failure = failed;
                unreachable.put(sentinel.name(), failed.getMessage());
            }
        }
        if (answers.isEmpty()) {
            if (stranger != null) {
                throw new Unsuitable(stranger);
            }
            throw failure == null ? new Unsuitable("no Sentinel is named") : failure;
        }
        return layout();
    }

    /** The Sentinels that could not be reached, with the reason. */
    Map<String, String> unreachable() {
        return unreachable;
    }

    /** Where the servers are: the master first. */
    List<Endpoint.Tcp> servers() {
        Map<String, Endpoint.Tcp> servers = new LinkedHashMap<>();
        Endpoint.Tcp master = address(answers.values().iterator().next());
        if (master != null) {
            servers.put(master.name(), master);
        }
        replicas.forEach(servers::putIfAbsent);
        return List.copyOf(servers.values());
    }

    private void ask(Endpoint.Tcp sentinel, Millrace redis) {
        String name = deployment.master();
        try {
            answers.put(sentinel.name(), fields(redis.run(question("SENTINEL MASTER", name))));
        } catch (ServerError refused) {
            String said = sentinel.name() + " answered about the master " + name + ": " + refused.getMessage();
            stranger = said + "; check REDIS_SENTINEL_MASTER, and that the port is a Sentinel's";
            complaints.add(said);
            return;
        }
        Value known = redis.run(question("SENTINEL REPLICAS", name));
        for (Value replica : known == null ? List.<Value>of() : known.asList()) {
            Endpoint.Tcp address = address(fields(replica));
            if (address != null) {
                replicas.putIfAbsent(address.name(), address);
            }
        }
        try {
            redis.run(question("SENTINEL CKQUORUM", name));
        } catch (ServerError refused) {
            complaints.add(sentinel.name() + " finds: " + refused.getMessage());
        }
    }

    private Layout.Sentinel layout() {
        Map<String, String> first = answers.values().iterator().next();
        Set<String> masters = new LinkedHashSet<>();
        answers.forEach((sentinel, answer) -> {
            masters.add(nameOf(answer));
            String flags = answer.getOrDefault("flags", "master");
            if (flags.contains("down") || flags.contains("disconnected")) {
                complaints.add(sentinel + " marks the master as " + flags.replace("master,", ""));
            }
        });
        if (masters.size() > 1) {
            complaints.add("the Sentinels name different masters: " + String.join(", ", masters));
        }
        return new Layout.Sentinel(
                deployment.master(),
                nameOf(first),
                List.copyOf(replicas.keySet()),
                List.copyOf(answers.keySet()),
                1 + number(first, "num-other-sentinels"),
                number(first, "quorum"),
                List.copyOf(complaints));
    }

    private String nameOf(Map<String, String> master) {
        Endpoint.Tcp address = address(master);
        return address == null ? "an unknown address" : address.name();
    }

    private Endpoint.@Nullable Tcp address(Map<String, String> server) {
        String host = server.getOrDefault("ip", "");
        int port = number(server, "port");
        if (host.isBlank() || port < 1 || port > 65_535) {
            return null;
        }
        Endpoint.Tcp announced =
                new Endpoint.Tcp(host, port, deployment.sentinels().getFirst().tls());
        Endpoint.Tcp reached = deployment.mapping().apply(announced);
        return new Endpoint.Tcp(reached.host(), reached.port(), announced.tls());
    }

    private static int number(Map<String, String> fields, String name) {
        String text = fields.getOrDefault(name, "0");
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    private static Command<Value> question(String verb, String master) {
        return Command.of(verb, master).readOnly();
    }

    private static Map<String, String> fields(@Nullable Value reply) {
        List<Value> words = reply == null ? List.of() : reply.asList();
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < words.size(); i += 2) {
            fields.put(
                    String.valueOf(words.get(i).asText()),
                    String.valueOf(words.get(i + 1).asText()));
        }
        return fields;
    }
}
