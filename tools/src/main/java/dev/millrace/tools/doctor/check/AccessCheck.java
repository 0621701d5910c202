package dev.millrace.tools.doctor.check;

import static dev.millrace.tools.doctor.check.Severity.PROBLEM;

import dev.millrace.tools.doctor.facts.NodeFacts;
import java.util.Arrays;

/** Who can get in. */
final class AccessCheck implements Check {

    @Override
    public void look(NodeFacts node, Findings findings) {
        if (Boolean.TRUE.equals(node.open())
                && node.hasSetting("protected-mode", "no"::equals)
                && node.hasSetting("bind", AccessCheck::reachesOut)) {
            findings.add(
                    PROBLEM,
                    node,
                    "protected-mode",
                    "is no, the server listens beyond this machine, and its default user needs no password: whoever"
                            + " reaches the port can read, change and delete everything",
                    "set a password (requirepass, or ACL SETUSER default), or bind 127.0.0.1 -::1");
        }
    }

    private static boolean reachesOut(String bind) {
        return bind.isBlank()
                || Arrays.stream(bind.strip().split("\\s+"))
                        .map(address -> address.startsWith("-") ? address.substring(1) : address)
                        .anyMatch(address ->
                                !address.startsWith("127.") && !address.equals("::1") && !address.equals("localhost"));
    }
}
