package dev.millrace.tools.doctor.check;

import static dev.millrace.tools.doctor.check.Findings.set;
import static dev.millrace.tools.doctor.check.Severity.PROBLEM;
import static dev.millrace.tools.doctor.check.Severity.WARNING;

import dev.millrace.tools.doctor.facts.NodeFacts;

/** What happens when memory is full. */
final class MemoryCheck implements Check {
    private static final String NO_EVICTION = "noeviction";
    private static final int NEARLY_FULL_PERCENT = 90;

    private final boolean cache;

    MemoryCheck(boolean cache) {
        this.cache = cache;
    }

    @Override
    public void look(NodeFacts node, Findings findings) {
        long limit = node.numericSetting("maxmemory").orElse(-1);
        policy(node, limit, findings);
        if (limit == 0) {
            findings.add(
                    WARNING,
                    node,
                    "maxmemory",
                    "is 0, without a limit: the server grows until the system ends it",
                    set("maxmemory", "BYTES") + ": what the machine can spare, less a third for snapshots and buffers");
        }
        long machine = node.number("total_system_memory").orElse(0);
        if (machine > 0 && limit > machine) {
            findings.add(
                    WARNING,
                    node,
                    "maxmemory",
                    "is more than the machine has: the system ends the server before the limit is met",
                    set("maxmemory", "BYTES") + ": less than the machine's memory");
        }
        long used = node.number("used_memory").orElse(0);
        if (!cache && limit > 0 && used > limit / 100 * NEARLY_FULL_PERCENT && hasPolicy(node, NO_EVICTION)) {
            findings.add(
                    WARNING,
                    node,
                    "used_memory",
                    "more than " + NEARLY_FULL_PERCENT
                            + " % of maxmemory is used; beyond it every write is refused (OOM)",
                    "raise maxmemory, add masters, or find what fills it: redis-cli --bigkeys");
        }
        if (!cache && node.number("evicted_keys").orElse(0) > 0) {
            findings.add(
                    PROBLEM,
                    node,
                    "evicted_keys",
                    "keys have been evicted since the server started: what they held is lost",
                    set("maxmemory-policy", NO_EVICTION) + ", and a maxmemory that all keys fit in");
        }
    }

    private void policy(NodeFacts node, long limit, Findings findings) {
        String policy = node.settings().get("maxmemory-policy");
        if (policy == null || (policy.equals(NO_EVICTION) != cache)) {
            return;
        }
        if (cache) {
            findings.add(
                    WARNING,
                    node,
                    "maxmemory-policy",
                    "is noeviction: a full cache refuses writes instead of making room",
                    set("maxmemory-policy", "allkeys-lfu"));
            return;
        }
        String lost = policy.startsWith("volatile-")
                ? "keys that expire, such as sessions, leases and locks, are thrown away"
                : "queued jobs, sessions and whatever else it holds are thrown away";
        findings.add(
                limit == 0 ? WARNING : PROBLEM,
                node,
                "maxmemory-policy",
                "is " + policy + ": when memory is full, " + lost
                        + (limit == 0 ? "; not yet, since maxmemory is 0" : ""),
                set("maxmemory-policy", NO_EVICTION) + "; right as it is only for a pure cache (--cache)");
    }

    private static boolean hasPolicy(NodeFacts node, String policy) {
        return node.hasSetting("maxmemory-policy", policy::equals);
    }
}
