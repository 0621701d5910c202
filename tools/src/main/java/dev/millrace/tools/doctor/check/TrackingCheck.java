package dev.millrace.tools.doctor.check;

import static dev.millrace.tools.doctor.check.Findings.set;
import static dev.millrace.tools.doctor.check.Severity.WARNING;

import dev.millrace.tools.doctor.facts.NodeFacts;

/** How much the server remembers of what clients keep in memory. */
final class TrackingCheck implements Check {
    private static final String LIMIT = "tracking-table-max-keys";
    private static final long FEW = 100_000;
    private static final int NEARLY_FULL_PERCENT = 90;

    @Override
    public void look(NodeFacts node, Findings findings) {
        long limit = node.numericSetting(LIMIT).orElse(-1);
        long tracked = node.number("tracking_total_keys").orElse(0);
        if (limit == 0) {
            findings.add(
                    WARNING,
                    node,
                    LIMIT,
                    "is 0, without a limit: what the server remembers for clients' caches grows with the keys they read",
                    set(LIMIT, "1000000"));
        } else if (limit > 0 && tracked * 100 > limit * NEARLY_FULL_PERCENT) {
            findings.add(
                    WARNING,
                    node,
                    LIMIT,
                    tracked + " of " + limit + " keys are tracked: beyond that caches in memory are told to forget keys"
                            + " that have not changed",
                    set(LIMIT, String.valueOf(limit * 2)) + ", at about 100 bytes a key");
        } else if (limit > 0 && limit < FEW) {
            findings.add(
                    WARNING,
                    node,
                    LIMIT,
                    "is " + limit + ": caches in memory that together hold more keys are told to forget what has not"
                            + " changed",
                    set(LIMIT, "1000000"));
        }
    }
}
