package dev.millrace.tools.doctor.check;

import static dev.millrace.tools.doctor.check.Findings.set;
import static dev.millrace.tools.doctor.check.Severity.NOTE;
import static dev.millrace.tools.doctor.check.Severity.WARNING;

import dev.millrace.tools.doctor.facts.NodeFacts;
import java.util.List;

/** What the server does to connections. */
final class ConnectionCheck implements Check {
    private static final int BUSY_PERCENT = 80;
    private static final long LEAST_BUFFER = 1 << 20;
    private static final String BUFFERS = "client-output-buffer-limit";

    @Override
    public void look(NodeFacts node, Findings findings) {
        long idle = node.numericSetting("timeout").orElse(0);
        if (idle > 0) {
            findings.add(
                    WARNING,
                    node,
                    "timeout",
                    "is " + idle + ": a connection that is idle for " + idle
                            + " s is closed, and the next call waits for a new one",
                    set("timeout", "0") + "; tcp-keepalive finds clients that are gone");
        }
        if (node.numericSetting("tcp-keepalive").orElse(-1) == 0) {
            findings.add(
                    WARNING,
                    node,
                    "tcp-keepalive",
                    "is 0: connections of clients that vanished stay open, and firewalls drop idle ones unseen",
                    set("tcp-keepalive", "300"));
        }
        long limit = node.number("maxclients").orElse(0);
        long clients = node.number("connected_clients").orElse(0);
        if (limit > 0 && clients * 100 > limit * BUSY_PERCENT) {
            findings.add(
                    WARNING,
                    node,
                    "maxclients",
                    clients + " of " + limit + " connections are taken; beyond that clients are turned away",
                    "raise maxclients, or share connections: a Millrace client needs a handful");
        }
        long rejected = node.number("rejected_connections").orElse(0);
        if (rejected > 0) {
            findings.add(
                    NOTE,
                    node,
                    "rejected_connections",
                    rejected + " connections have been turned away since the server started",
                    "raise maxclients if it goes on");
        }
        buffer(node, findings);
    }

    /** The limit stands as: class, hard limit, soft limit, seconds, and so on for each class. */
    private static void buffer(NodeFacts node, Findings findings) {
        List<String> words =
                List.of(node.settings().getOrDefault(BUFFERS, "").strip().split("\\s+"));
        int at = words.indexOf("pubsub");
        if (at < 0 || at + 1 >= words.size() || !words.get(at + 1).matches("\\d{1,18}")) {
            return;
        }
        long hard = Long.parseLong(words.get(at + 1));
        if (hard == 0) {
            findings.add(
                    WARNING,
                    node,
                    BUFFERS,
                    "has no hard limit for pubsub: one slow subscriber can take all of the server's memory",
                    set(BUFFERS, "\"pubsub 32mb 8mb 60\""));
        } else if (hard < LEAST_BUFFER) {
            findings.add(
                    WARNING,
                    node,
                    BUFFERS,
                    "allows a subscriber " + hard + " bytes: a burst of messages cuts its connection and is lost",
                    set(BUFFERS, "\"pubsub 32mb 8mb 60\""));
        }
    }
}
