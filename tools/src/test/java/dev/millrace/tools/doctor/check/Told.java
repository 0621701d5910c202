package dev.millrace.tools.doctor.check;

import dev.millrace.tools.doctor.facts.Feature;
import dev.millrace.tools.doctor.facts.NodeFacts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a server might have told, for tests: settings and fields as {@code name=value}, separated by semicolons. */
final class Told {
    private Told() {}

    /** A server's facts; a field of INFO is written {@code info.name=value}, one of CLUSTER INFO {@code cluster.name}. */
    static NodeFacts by(String name, String facts) {
        Map<String, String> settings = new HashMap<>();
        Map<String, String> info = new HashMap<>(Map.of("role", "master", "redis_version", "7.0.15"));
        Map<String, String> cluster = new HashMap<>();
        Boolean open = null;
        for (String fact : facts.split(";")) {
            int equals = fact.indexOf('=');
            if (equals < 0) {
                continue;
            }
            String what = fact.substring(0, equals).strip();
            String value = fact.substring(equals + 1).strip();
            if (what.equals("open")) {
                open = Boolean.valueOf(value);
            } else if (what.startsWith("info.")) {
                info.put(what.substring(5), value);
            } else if (what.startsWith("cluster.")) {
                cluster.put(what.substring(8), value);
            } else {
                settings.put(what, value);
            }
        }
        return new NodeFacts(name, info, settings, cluster, Map.of(), null, open, List.of());
    }

    static NodeFacts by(String facts) {
        return by("one:6379", facts);
    }

    /** A server that tells nothing but its features. */
    static NodeFacts with(Feature feature, Feature.State state) {
        return new NodeFacts("one:6379", Map.of(), Map.of(), Map.of(), Map.of(feature, state), null, null, List.of());
    }

    /** What a check finds there, each as {@code SEVERITY subject: what}. */
    static List<String> found(Check check, NodeFacts... nodes) {
        Findings findings = new Findings();
        for (NodeFacts node : nodes) {
            check.look(node, findings);
        }
        return lines(findings);
    }

    static List<String> lines(Findings findings) {
        return findings.all().stream()
                .map(finding -> finding.severity() + " " + finding.subject() + ": " + finding.what())
                .toList();
    }
}
