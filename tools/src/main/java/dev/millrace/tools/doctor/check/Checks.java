package dev.millrace.tools.doctor.check;

import dev.millrace.tools.doctor.facts.Facts;
import dev.millrace.tools.doctor.facts.NodeFacts;
import java.util.List;

/** Every check there is. Stateless. */
public final class Checks {
    private Checks() {}

    /**
     * Judges the facts.
     *
     * @param cache whether the servers are nothing but caches, so that losing what they hold costs time only
     * @return the findings, the worst first
     */
    public static List<Finding> of(Facts facts, boolean cache) {
        List<Check> checks = List.of(
                new MemoryCheck(cache),
                new PersistenceCheck(cache),
                new ReplicationCheck(),
                new AccessCheck(),
                new ConnectionCheck(),
                new TrackingCheck(),
                new FeatureCheck());
        Findings findings = new Findings();
        LayoutCheck.look(facts, findings);
        for (Check check : checks) {
            for (NodeFacts node : facts.nodes()) {
                check.look(node, findings);
            }
        }
        VisibilityCheck.look(facts, findings);
        return findings.all();
    }
}
