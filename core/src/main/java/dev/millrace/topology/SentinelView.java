package dev.millrace.topology;

import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import dev.millrace.connection.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one Sentinel said of a master. Immutable.
 *
 * @param id the Sentinel's own id, or where it was reached where it does not tell: one that was reached by two addresses
 *     counts once
 * @param asked where it was asked for
 * @param master where it says the master is; null where it knows no master of that name
 * @param epoch the configuration it has heard of: a failover makes a new one; 0 where it does not tell
 * @param replicas the master's replicas
 * @param others the other Sentinels it knows of
 * @see <a href="https://redis.io/docs/latest/develop/reference/sentinel-clients/">Redis: guidelines for Sentinel
 *     clients</a>
 */
record SentinelView(
        String id,
        Endpoint.Tcp asked,
        Endpoint.@Nullable Tcp master,
        long epoch,
        List<Replica> replicas,
        List<Peer> others) {
    /** A replica, and whether it can be used by what the Sentinel sees of it. */
    record Replica(Endpoint.Tcp endpoint, boolean usable) {}

    /** Another Sentinel. */
    record Peer(String id, Endpoint.Tcp endpoint) {}

    SentinelView {
        replicas = List.copyOf(replicas);
        others = List.copyOf(others);
    }

    /** Where a Sentinel says that something is; null for nothing. @throws UnexpectedReply if it is no address */
    static Endpoint.@Nullable Tcp address(Value reply, Endpoint.Tcp asked) {
        List<Value> parts = reply.asList();
        if (parts.isEmpty()) {
            return null;
        }
        if (parts.size() != 2) {
            throw new UnexpectedReply("wanted a host and a port, the server answered an array of " + parts.size());
        }
        return endpoint(parts.get(0).asText(), parts.get(1).asText(), asked);
    }

    /** The replicas in a reply to SENTINEL REPLICAS. */
    static List<Replica> replicas(Value reply, Endpoint.Tcp asked) {
        List<Replica> replicas = new ArrayList<>();
        for (Value each : reply.asList()) {
            Map<String, String> facts = facts(each);
            Endpoint.Tcp endpoint = endpoint(facts.get("ip"), facts.get("port"), asked);
            if (endpoint != null) {
                replicas.add(new Replica(endpoint, isUsable(facts)));
            }
        }
        return replicas;
    }

    /** One that was restarted as a master, and is not a replica again yet, has data of its own. */
    private static boolean isUsable(Map<String, String> facts) {
        List<String> flags = List.of(facts.getOrDefault("flags", "").split(",", -1));
        return !flags.contains("s_down")
                && !flags.contains("o_down")
                && !flags.contains("disconnected")
                && facts.getOrDefault("role-reported", "slave").equals("slave");
    }

    /** The Sentinels in a reply to SENTINEL SENTINELS. */
    static List<Peer> others(Value reply, Endpoint.Tcp asked) {
        List<Peer> others = new ArrayList<>();
        for (Value each : reply.asList()) {
            Map<String, String> facts = facts(each);
            Endpoint.Tcp endpoint = endpoint(facts.get("ip"), facts.get("port"), asked);
            if (endpoint != null) {
                String id = facts.getOrDefault("runid", "");
                others.add(new Peer(id.isEmpty() ? endpoint.name() : id, endpoint));
            }
        }
        return others;
    }

    /** The configuration's number in a reply to SENTINEL MASTER. */
    static long epoch(Value reply) {
        String epoch = facts(reply).getOrDefault("config-epoch", "");
        return epoch.matches("[0-9]{1,18}") ? Long.parseLong(epoch) : 0;
    }

    private static Map<String, String> facts(Value reply) {
        Map<String, String> facts = new HashMap<>();
        List<Value> flat = reply.asList();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            facts.put(
                    String.valueOf(flat.get(i).asText()),
                    String.valueOf(flat.get(i + 1).asText()));
        }
        return facts;
    }

    private static Endpoint.@Nullable Tcp endpoint(@Nullable String host, @Nullable String port, Endpoint.Tcp asked) {
        if (host == null || host.isBlank() || port == null || !port.matches("[0-9]{1,5}")) {
            return null;
        }
        int number = Integer.parseInt(port);
        return number < 1 || number > 65_535 ? null : new Endpoint.Tcp(host, number, asked.tls());
    }
}
