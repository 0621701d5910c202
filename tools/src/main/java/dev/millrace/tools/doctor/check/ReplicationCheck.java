package dev.millrace.tools.doctor.check;

import static dev.millrace.tools.doctor.check.Findings.set;
import static dev.millrace.tools.doctor.check.Severity.PROBLEM;
import static dev.millrace.tools.doctor.check.Severity.WARNING;

import dev.millrace.tools.doctor.facts.NodeFacts;
import java.util.HashMap;
import java.util.Map;

/** Whether replicas keep up, and what a master does without them. */
final class ReplicationCheck implements Check {
    /** A replica acknowledges each second. */
    private static final long LATE_SECONDS = 10;

    private static final long BEHIND_BYTES = 16 << 20;

    @Override
    public void look(NodeFacts node, Findings findings) {
        if (node.isMaster()) {
            master(node, findings);
        }
        if (node.isReplica()) {
            replica(node, findings);
        }
    }

    private static void master(NodeFacts node, Findings findings) {
        long replicas = node.number("connected_slaves").orElse(0);
        long wanted = node.numericSetting("min-replicas-to-write").orElse(-1);
        if (wanted == 0 && replicas > 0) {
            findings.add(
                    WARNING,
                    node,
                    "min-replicas-to-write",
                    "is 0: a master that is cut off from its replicas goes on taking writes, and a failover loses them",
                    set("min-replicas-to-write", "1") + "; writes are then refused while no replica is in reach");
        }
        if (wanted > replicas) {
            findings.add(
                    PROBLEM,
                    node,
                    "min-replicas-to-write",
                    "is " + wanted + " and " + replicas
                            + " replicas are connected: every write is refused (NOREPLICAS)",
                    "bring the replicas back, or " + set("min-replicas-to-write", String.valueOf(replicas)));
        }
        long offset = node.number("master_repl_offset").orElse(0);
        for (int i = 0; i < replicas; i++) {
            String line = node.info().get("slave" + i);
            if (line != null) {
                connected(node, fields(line), offset, findings);
            }
        }
    }

    private static void connected(NodeFacts node, Map<String, String> replica, long offset, Findings findings) {
        String name = replica.get("ip") + ":" + replica.get("port");
        String state = replica.getOrDefault("state", "online");
        long behind = offset - number(replica, "offset", offset);
        if (!state.equals("online")) {
            findings.add(
                    WARNING,
                    node,
                    "replica " + name,
                    "is not in sync (" + state + "): a failover now would lose what it has not got",
                    "wait if it has just started, else look into its log");
        } else if (number(replica, "lag", 0) > LATE_SECONDS || behind > BEHIND_BYTES) {
            findings.add(
                    WARNING,
                    node,
                    "replica " + name,
                    "is behind by " + behind + " bytes, last heard of " + number(replica, "lag", 0)
                            + " s ago: a failover now would lose them",
                    "look at the replica's load and at the network between them");
        }
    }

    private static void replica(NodeFacts node, Findings findings) {
        if (node.tells("master_link_status", "down")) {
            findings.add(
                    PROBLEM,
                    node,
                    "master_link_status",
                    "is down: this replica gets no more writes; reads are old, and it is no use in a failover",
                    "check that it reaches its master, and its masterauth; its log says why");
        }
        if (node.hasSetting("replica-read-only", "no"::equals)) {
            findings.add(
                    WARNING,
                    node,
                    "replica-read-only",
                    "is no: what is written to this replica is on no other server and is lost at the next sync",
                    set("replica-read-only", "yes"));
        }
    }

    private static long number(Map<String, String> fields, String name, long absent) {
        String text = fields.getOrDefault(name, "");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : absent;
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : line.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return fields;
    }
}
