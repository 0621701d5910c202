package dev.millrace.tools.doctor.check;

import static dev.millrace.tools.doctor.check.Findings.set;
import static dev.millrace.tools.doctor.check.Severity.NOTE;
import static dev.millrace.tools.doctor.check.Severity.PROBLEM;
import static dev.millrace.tools.doctor.check.Severity.WARNING;

import dev.millrace.tools.doctor.facts.Facts;
import dev.millrace.tools.doctor.facts.Layout;
import dev.millrace.tools.doctor.facts.NodeFacts;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether the servers together are what they should be. Stateless. */
final class LayoutCheck {
    /** Fewer can't form a majority when one of them is gone. */
    private static final int LEAST_VOTERS = 3;

    private LayoutCheck() {}

    static void look(Facts facts, Findings findings) {
        facts.unreachable()
                .forEach((node, reason) -> findings.add(
                        PROBLEM,
                        node,
                        "can't be reached from here: " + reason,
                        "start it, or open the way; if it announces an address that is not this network's, set the"
                                + " announced one (cluster-announce-ip, replica-announce-ip)"));
        versions(facts, findings);
        switch (facts.layout()) {
            case Layout.OneServer one -> {}
            case Layout.Cluster cluster -> cluster(cluster, facts.nodes(), findings);
            case Layout.Sentinel sentinel -> sentinel(sentinel, findings);
        }
    }

    private static void versions(Facts facts, Findings findings) {
        Map<String, Long> versions = facts.nodes().stream()
                .collect(Collectors.groupingBy(NodeFacts::version, TreeMap::new, Collectors.counting()));
        if (versions.size() > 1) {
            String list = versions.entrySet().stream()
                    .map(entry -> entry.getKey() + " on " + entry.getValue())
                    .collect(Collectors.joining(", "));
            findings.add(
                    WARNING,
                    "versions",
                    "differ (" + list + "): after a failover a command may be unknown, and replication from a newer"
                            + " master to an older replica may fail",
                    "bring all nodes to the newest of them, replicas first");
        }
    }

    private static void cluster(Layout.Cluster cluster, List<NodeFacts> nodes, Findings findings) {
        int missing = Layout.Cluster.SLOTS - cluster.covered();
        if (missing > 0) {
            findings.add(
                    PROBLEM,
                    "slots",
                    missing + " of " + Layout.Cluster.SLOTS
                            + " slots are served by nobody: commands to their keys fail",
                    "bring their master back, or give them to another: redis-cli --cluster fix HOST:PORT");
        }
        if (cluster.moving() > 0) {
            findings.add(
                    WARNING,
                    "slots",
                    cluster.moving() + " slots are marked as being moved",
                    "nothing while they are moved; if nobody is doing that, redis-cli --cluster fix HOST:PORT");
        }
        if (!cluster.failing().isEmpty()) {
            findings.add(
                    PROBLEM,
                    "failed nodes",
                    String.join(", ", cluster.failing()) + (cluster.failing().size() == 1 ? " is" : " are")
                            + " marked as failed by the others",
                    "start them again, or CLUSTER FORGET them on every node");
        }
        List<String> alone = cluster.shards().stream()
                .filter(shard -> shard.replicas().isEmpty())
                .map(Layout.Shard::master)
                .toList();
        if (!alone.isEmpty()) {
            findings.add(
                    WARNING,
                    "replicas",
                    String.join(", ", alone) + (alone.size() == 1 ? " has no replica: its" : " have no replica: their")
                            + " slots are gone when the machine is",
                    "add one to each: redis-cli --cluster add-node NEW HOST:PORT --cluster-slave");
        }
        if (!cluster.shards().isEmpty() && cluster.shards().size() < LEAST_VOTERS) {
            findings.add(
                    WARNING,
                    "masters",
                    "there are " + cluster.shards().size() + ": without a majority of the others no failover is voted",
                    "have at least " + LEAST_VOTERS + " masters");
        }
        if (!cluster.empty().isEmpty()) {
            findings.add(
                    NOTE,
                    "slots",
                    String.join(", ", cluster.empty()) + " serve none",
                    "give them some: redis-cli --cluster rebalance HOST:PORT --cluster-use-empty-masters");
        }
        for (NodeFacts node : nodes) {
            clusterNode(node, findings);
        }
    }

    private static void clusterNode(NodeFacts node, Findings findings) {
        String state = node.cluster().getOrDefault("cluster_state", "ok");
        if (!state.equals("ok")) {
            findings.add(
                    PROBLEM,
                    node,
                    "cluster_state",
                    "is " + state + ": this node refuses commands (CLUSTERDOWN)",
                    "see that all slots are served and that it reaches the majority of the masters");
        }
        if (node.hasSetting("cluster-require-full-coverage", "yes"::equals)) {
            findings.add(
                    WARNING,
                    node,
                    "cluster-require-full-coverage",
                    "is yes: when one master and its replicas are gone, all others refuse commands too",
                    set("cluster-require-full-coverage", "no") + ", unless half an answer is worse than none");
        }
    }

    private static void sentinel(Layout.Sentinel sentinel, Findings findings) {
        for (String complaint : sentinel.complaints()) {
            findings.add(
                    PROBLEM,
                    "Sentinels",
                    complaint,
                    "see what the Sentinels' logs say; SENTINEL RESET forgets what is gone");
        }
        if (sentinel.quorum() > sentinel.known()) {
            findings.add(
                    PROBLEM,
                    "quorum",
                    "is " + sentinel.quorum() + " and there are " + sentinel.known()
                            + " Sentinels: no failover can happen",
                    "SENTINEL SET " + sentinel.masterName() + " quorum " + (sentinel.known() / 2 + 1));
        }
        if (sentinel.known() < LEAST_VOTERS) {
            findings.add(
                    WARNING,
                    "Sentinels",
                    "there are " + sentinel.known()
                            + ": when one is gone the rest are no majority, and no failover happens",
                    "have at least " + LEAST_VOTERS + ", on machines of their own");
        }
        if (sentinel.replicas().isEmpty()) {
            findings.add(
                    PROBLEM,
                    "replicas",
                    "the master has none: there is nothing to fail over to",
                    "add one with REPLICAOF");
        }
    }
}
