package dev.millrace.tools.doctor.check;

import static dev.millrace.tools.doctor.check.Findings.set;
import static dev.millrace.tools.doctor.check.Severity.PROBLEM;
import static dev.millrace.tools.doctor.check.Severity.WARNING;

import dev.millrace.tools.doctor.facts.NodeFacts;

/** What is left after a restart. */
final class PersistenceCheck implements Check {
    private final boolean cache;

    PersistenceCheck(boolean cache) {
        this.cache = cache;
    }

    @Override
    public void look(NodeFacts node, Findings findings) {
        if (!cache) {
            kept(node, findings);
        }
        if (node.tells("rdb_last_bgsave_status", "err")) {
            findings.add(
                    PROBLEM,
                    node,
                    "rdb_last_bgsave_status",
                    "the last snapshot failed: writes are refused (MISCONF) where the server is so configured",
                    "look into the server's log; is the disk full, may it write there, is there memory to fork?");
        }
        if (node.tells("aof_last_write_status", "err")) {
            findings.add(
                    PROBLEM,
                    node,
                    "aof_last_write_status",
                    "the append-only file can't be written: writes are refused (MISCONF)",
                    "look into the server's log; is the disk full?");
        }
        if (node.tells("aof_last_bgrewrite_status", "err")) {
            findings.add(
                    WARNING,
                    node,
                    "aof_last_bgrewrite_status",
                    "the append-only file could not be rewritten: it grows without bound",
                    "look into the server's log, then BGREWRITEAOF");
        }
    }

    private static void kept(NodeFacts node, Findings findings) {
        if (node.hasSetting("appendonly", "yes"::equals)) {
            if (node.hasSetting("appendfsync", "no"::equals)) {
                findings.add(
                        WARNING,
                        node,
                        "appendfsync",
                        "is no: when the machine fails, about the last 30 s of writes are lost",
                        set("appendfsync", "everysec"));
            }
            return;
        }
        boolean off = node.hasSetting("appendonly", "no"::equals);
        if (off && node.hasSetting("save", String::isBlank)) {
            findings.add(
                    node.isReplica() ? WARNING : PROBLEM,
                    node,
                    "appendonly, save",
                    node.isReplica()
                            ? "are off on a replica: promoted and then restarted, it comes back empty"
                            : "are off: whatever the server holds is lost when it ends",
                    set("appendonly", "yes") + "; right as it is only for a pure cache (--cache)");
        } else if (off && node.hasSetting("save", points -> !points.isBlank())) {
            findings.add(
                    WARNING,
                    node,
                    "appendonly",
                    "is no: a crash loses what was written since the last snapshot (save "
                            + node.settings().get("save") + ": seconds, changes)",
                    set("appendonly", "yes") + "; with appendfsync everysec at most about a second is lost");
        }
    }
}
