package dev.millrace.tools.doctor.facts;

import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import dev.millrace.connection.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as one node sees it: CLUSTER SLOTS for who serves what at which address, as clients do, and CLUSTER NODES for
 * those that serve nothing or have failed. Confined to one thread.
 */
final class ClusterMap {
    private final Endpoint.Tcp asked;
    private final Map<String, Integer> slots = new TreeMap<>();
    private final Map<String, List<String>> replicas = new LinkedHashMap<>();
    private final Map<String, Endpoint.Tcp> endpoints = new LinkedHashMap<>();
    /** By their ids, by which CLUSTER NODES tells whose a replica is. */
    private final Map<String, String> masters = new LinkedHashMap<>();

    private final List<String> failing = new ArrayList<>();
    private final List<String> empty = new ArrayList<>();
    private int moving;

    private ClusterMap(Endpoint.Tcp asked) {
        this.asked = asked;
    }

    /**
     * Reads both answers.
     *
     * @param asked where the answering node was reached: a node that does not know its own address leaves it out
     * @throws UnexpectedReply if an answer has another shape
     */
    static ClusterMap of(Value slots, String nodes, Endpoint.Tcp asked) {
        ClusterMap map = new ClusterMap(asked);
        slots.asList().forEach(map::addRange);
        nodes.lines().forEach(map::addNode);
        return map;
    }

    /** What it amounts to. */
    Layout.Cluster layout() {
        List<Layout.Shard> shards = new ArrayList<>();
        slots.forEach((master, count) ->
                shards.add(new Layout.Shard(master, replicas.getOrDefault(master, List.of()), count)));
        return new Layout.Cluster(shards, failing, empty, moving);
    }

    /** Where every member is reached, masters first. */
    List<Endpoint.Tcp> endpoints() {
        List<Endpoint.Tcp> all = new ArrayList<>();
        slots.keySet().forEach(master -> all.add(endpoints.get(master)));
        endpoints.forEach((name, endpoint) -> {
            if (!slots.containsKey(name)) {
                all.add(endpoint);
            }
        });
        return all;
    }

    private void addRange(Value range) {
        List<Value> parts = range.asList();
        if (parts.size() < 3) {
            return; // slots without a master
        }
        Endpoint.Tcp master = address(parts.get(2));
        if (master == null) {
            return;
        }
        endpoints.putIfAbsent(master.name(), master);
        int count = (int) (parts.get(1).asLong() - parts.get(0).asLong()) + 1;
        slots.merge(master.name(), count, Integer::sum);
        String id = id(parts.get(2));
        if (id != null) {
            masters.put(id, master.name());
        }
        for (Value part : parts.subList(3, parts.size())) {
            Endpoint.Tcp replica = address(part);
            if (replica != null) {
                addReplica(master.name(), replica);
            }
        }
    }

    private void addReplica(String master, Endpoint.Tcp replica) {
        List<String> known = replicas.computeIfAbsent(master, name -> new ArrayList<>());
        if (!known.contains(replica.name())) {
            known.add(replica.name());
            endpoints.putIfAbsent(replica.name(), replica);
        }
    }

    private static @Nullable String id(Value node) {
        List<Value> parts = node.asList();
        return parts.size() < 3 ? null : parts.get(2).asText();
    }

    private Endpoint.@Nullable Tcp address(Value node) {
        List<Value> parts = node.asList();
        if (parts.size() < 2) {
            throw new UnexpectedReply("CLUSTER SLOTS names a node without its port");
        }
        String host = parts.get(0).asText();
        long port = parts.get(1).asLong();
        if (host == null || host.isEmpty()) {
            host = asked.host();
        }
        return host.equals("?") || host.isBlank() || port < 1 || port > 65_535
                ? null
                : new Endpoint.Tcp(host, (int) port, asked.tls());
    }

    /** A line of CLUSTER NODES: id, address, flags, master, ping, pong, epoch, link, then slots. */
    private void addNode(String line) {
        String[] words = line.strip().split(" ", -1);
        if (words.length < 8) {
            return;
        }
        List<String> flags = List.of(words[2].split(",", -1));
        String announced = words[1].replaceFirst("@.*", "");
        String address = announced.startsWith(":") ? asked.host() + announced : announced;
        if (flags.contains("fail") || flags.contains("fail?")) {
            failing.add(address);
        } else if (flags.contains("master") && words.length == 8) {
            empty.add(address);
        } else if (flags.contains("slave") && masters.containsKey(words[3])) {
            addUnwritten(masters.get(words[3]), address);
        }
        for (int i = 8; i < words.length; i++) {
            if (words[i].startsWith("[") && words[i].contains("->-")) {
                moving++;
            }
        }
    }

    /** CLUSTER SLOTS leaves out a replica that has received nothing yet, as in a cluster without any write. */
    private void addUnwritten(String master, String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        String port = address.substring(colon + 1);
        if (replicas.getOrDefault(master, List.of()).isEmpty() && port.matches("[1-9]\\d{0,4}")) {
            addReplica(master, new Endpoint.Tcp(host, Integer.parseInt(port), asked.tls()));
        }
    }
}
