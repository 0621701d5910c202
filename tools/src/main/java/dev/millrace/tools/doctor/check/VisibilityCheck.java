package dev.millrace.tools.doctor.check;

import static dev.millrace.tools.doctor.check.Severity.NOTE;

import dev.millrace.tools.doctor.facts.Facts;
import dev.millrace.tools.doctor.facts.NodeFacts;

/** Says what was not looked at, for silence would be taken for health. Stateless. */
final class VisibilityCheck {
    private VisibilityCheck() {}

    static void look(Facts facts, Findings findings) {
        for (NodeFacts node : facts.nodes()) {
            for (String unseen : node.unseen()) {
                int colon = unseen.indexOf(": ");
                String what = colon < 0 ? unseen : unseen.substring(0, colon);
                findings.add(
                        NOTE,
                        node,
                        what,
                        "could not be looked at" + (colon < 0 ? "" : " (" + unseen.substring(colon + 2) + ")"),
                        what.startsWith("CONFIG")
                                ? "allow it for this look (ACL SETUSER with +config|get), or look into the provider's"
                                        + " console"
                                : "allow it for this look, by ACL SETUSER");
            }
        }
    }
}
