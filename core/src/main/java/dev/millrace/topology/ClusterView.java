package dev.millrace.topology;

import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import dev.millrace.connection.Endpoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one node of a cluster said of it: CLUSTER SLOTS and CLUSTER INFO. Immutable.
 *
 * @param ranges who serves which slots
 * @param serving whether the node says that the cluster works
 * @param epoch the newest configuration the node has heard of: of two views, the one with the higher is newer
 * @see <a href="https://redis.io/docs/latest/commands/cluster-slots/">Redis: CLUSTER SLOTS</a>
 */
record ClusterView(List<Range> ranges, boolean serving, long epoch) {
    ClusterView {
        ranges = List.copyOf(ranges);
    }

    /** Slots {@code from} to {@code to}, both included, with their master and its replicas. */
    record Range(int from, int to, Endpoint.Tcp master, List<Endpoint.Tcp> replicas) {}

    /**
     * Reads both answers.
     *
     * @param asked where the answering node was reached: a node that does not know its own address leaves it out
     * @throws UnexpectedReply if an answer has another shape
     */
    static ClusterView of(Value slots, @Nullable String info, Endpoint.Tcp asked) {
        List<Range> ranges = new ArrayList<>();
        for (Value range : slots.asList()) {
            List<Value> parts = range.asList();
            if (parts.size() < 3) {
                continue; // slots without a master
            }
            Endpoint.Tcp master = address(parts.get(2), asked);
            if (master == null) {
                continue;
            }
            List<Endpoint.Tcp> replicas = new ArrayList<>();
            for (Value replica : parts.subList(3, parts.size())) {
                Endpoint.Tcp address = address(replica, asked);
                if (address != null) {
                    replicas.add(address);
                }
            }
            ranges.add(new Range(slot(parts.get(0)), slot(parts.get(1)), master, replicas));
        }
        String facts = info == null ? "" : info;
        return new ClusterView(ranges, facts.contains("cluster_state:ok"), number(facts, "cluster_current_epoch:"));
    }

    private static int slot(Value value) {
        long slot = value.asLong();
        if (slot < 0 || slot >= KeySlot.COUNT) {
            throw new UnexpectedReply("CLUSTER SLOTS names a slot that no cluster has: " + slot);
        }
        return (int) slot;
    }

    /** The preferred end point; where it is unknown, the address that is named beside it (Redis 7). */
    private static Endpoint.@Nullable Tcp address(Value node, Endpoint.Tcp asked) {
        List<Value> parts = node.asList();
        String host = parts.get(0).asText();
        long port = parts.get(1).asLong();
        if (host == null || host.isEmpty()) {
            host = asked.host();
        } else if (host.equals("?")) {
            host = named(parts, "ip");
        }
        return host == null || host.isBlank() || port < 1 || port > 65_535
                ? null
                : new Endpoint.Tcp(host, (int) port, asked.tls());
    }

    private static @Nullable String named(List<Value> node, String fact) {
        if (node.size() > 3) {
            List<Value> facts = node.get(3).asList();
            for (int i = 0; i + 1 < facts.size(); i += 2) {
                if (fact.equals(facts.get(i).asText())) {
                    return facts.get(i + 1).asText();
                }
            }
        }
        return null;
    }

    private static long number(String facts, String name) {
        int at = facts.indexOf(name);
        if (at < 0) {
            return 0;
        }
        int end = at + name.length();
        int from = end;
        while (end < facts.length() && Character.isDigit(facts.charAt(end)) && end - from < 18) {
            end++;
        }
        return end == from ? 0 : Long.parseLong(facts.substring(from, end));
    }

    /** How many slots are served. */
    int covered() {
        return ranges.stream().mapToInt(range -> range.to() - range.from() + 1).sum();
    }

    /** Whether to believe this one rather than another. */
    boolean isBetterThan(ClusterView other) {
        if (serving != other.serving) {
            return serving;
        }
        if (epoch != other.epoch) {
            return epoch > other.epoch;
        }
        return covered() > other.covered();
    }
}
