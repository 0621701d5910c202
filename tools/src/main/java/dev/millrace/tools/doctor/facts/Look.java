package dev.millrace.tools.doctor.facts;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.command.Value;
import dev.millrace.connection.ConnectionOptions;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Login;
import dev.millrace.topology.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Finds all servers that belong together and looks at each of them, one after another: at the same time they would
 * disturb each other's round trips. Nothing is written and nothing is changed. Confined to one thread.
 */
public final class Look {
    private final MillraceOptions options;
    private final List<NodeFacts> nodes = new ArrayList<>();
    private final Map<String, String> unreachable = new TreeMap<>();

    private Look(MillraceOptions options) {
        this.options = options;
    }

    /**
     * Looks at what the options name. One server that turns out to be a node of a cluster leads to the whole cluster.
     *
     * @throws MillraceException if no server can be reached, or the login is refused
     * @throws Unsuitable if what answers can't be looked at like this
     */
    public static Facts at(MillraceOptions options) {
        Look look = new Look(options);
        Layout layout = switch (options.deployment()) {
            case Deployment.OneServer one -> look.oneServer(one.endpoint());
            case Deployment.Cluster cluster -> look.cluster(cluster.seeds());
            case Deployment.Sentinel sentinel -> look.sentinel(sentinel);
        };
        return new Facts(layout, look.nodes, look.unreachable);
    }

    private Layout oneServer(Endpoint endpoint) {
        NodeFacts node = NodeLook.at(to(endpoint, options.connection().login()));
        if (node.tells("redis_mode", "sentinel")) {
            throw new Unsuitable(
                    node.name() + " is a Sentinel; to look at what it watches, set REDIS_SENTINEL_NODES to it"
                            + " and REDIS_SENTINEL_MASTER to the master's name, and give no URL");
        }
        if (node.tells("cluster_enabled", "1") && endpoint instanceof Endpoint.Tcp tcp) {
            try {
                return clusterFrom(tcp, node);
            } catch (ServerError refused) {
                nodes.add(node.without("CLUSTER SLOTS, CLUSTER NODES: " + refused.getMessage()));
                return new Layout.OneServer();
            }
        }
        nodes.add(node);
        return new Layout.OneServer();
    }

    // ---- cluster ----

    private Layout cluster(List<Endpoint.Tcp> seeds) {
        MillraceException failure = null;
        for (Endpoint.Tcp seed : seeds) {
            try {
                NodeFacts node = NodeLook.at(to(seed, options.connection().login()));
                if (!node.tells("cluster_enabled", "1") && !node.info().isEmpty()) {
                    throw new Unsuitable(
                            node.name() + " is no node of a cluster; name it by REDIS_URL instead, and unset"
                                    + " REDIS_CLUSTER_NODES and REDIS_CLUSTER");
                }
                Layout.Cluster cluster = clusterFrom(seed, node);
                if (cluster == null) {
                    throw new Unsuitable(
                            node.name() + " does not tell who is in its cluster: " + String.join("; ", node.unseen()));
                }
                return cluster;
            } catch (MillraceException failed) {
                failure = failed;
                unreachable.put(seed.name(), failed.getMessage());
            }
        }
        throw Objects.requireNonNull(failure);
    }

    /**
     * The cluster as that node sees it, its other nodes looked at.
     *
     * @throws ServerError if the node may not be asked
     */
    private Layout.Cluster clusterFrom(Endpoint.Tcp seed, NodeFacts first) {
        ClusterMap map;
        try (Millrace redis = Millrace.connect(to(seed, options.connection().login()))) {
            Value slots = redis.run(Command.of("CLUSTER SLOTS").readOnly());
            Value members = redis.run(Command.of("CLUSTER NODES").readOnly());
            String lines = members == null ? null : members.asText();
            map = ClusterMap.of(Objects.requireNonNull(slots), lines == null ? "" : lines, seed);
        }
        if (map.endpoints().isEmpty()) {
            nodes.add(first); // nobody serves a slot yet
        }
        for (Endpoint.Tcp member : map.endpoints()) {
            if (member.name().equals(first.name())) {
                nodes.add(first);
            } else {
                lookAt(member);
            }
        }
        return map.layout();
    }

    // ---- Sentinel ----

    private Layout sentinel(Deployment.Sentinel deployment) {
        SentinelLook look = new SentinelLook(deployment);
        Layout.Sentinel layout = look.look(sentinel -> to(sentinel, deployment.sentinelLogin()));
        unreachable.putAll(look.unreachable());
        look.servers().forEach(this::lookAt);
        return layout;
    }

    private void lookAt(Endpoint.Tcp member) {
        try {
            nodes.add(NodeLook.at(to(member, options.connection().login())));
        } catch (MillraceException failed) {
            unreachable.put(member.name(), failed.getMessage());
        }
    }

    /** The options for one server alone, all else kept. */
    private MillraceOptions to(Endpoint endpoint, Login login) {
        ConnectionOptions connection = options.connection().at(endpoint).as(login);
        return new MillraceOptions(
                new Deployment.OneServer(endpoint),
                connection,
                options.reads(),
                options.retry(),
                options.freshness(),
                options.listener());
    }
}
