package dev.millrace.tools.doctor.check;

import dev.millrace.tools.doctor.facts.NodeFacts;

/** Looks at one server's facts for one kind of trouble. Stateless; what could not be looked at leads to no finding. */
@FunctionalInterface
interface Check {
    void look(NodeFacts node, Findings findings);
}
