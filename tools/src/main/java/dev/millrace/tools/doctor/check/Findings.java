package dev.millrace.tools.doctor.check;

import dev.millrace.tools.doctor.facts.NodeFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects findings; the same one about several nodes becomes one. Confined to one thread. */
final class Findings {
    private record About(Severity severity, String subject, String what, String remedy) {}

    private final Map<About, List<String>> nodes = new LinkedHashMap<>();

    void add(Severity severity, String subject, String what, String remedy) {
        nodes.computeIfAbsent(new About(severity, subject, what, remedy), about -> new ArrayList<>());
    }

    void add(Severity severity, NodeFacts node, String subject, String what, String remedy) {
        nodes.computeIfAbsent(new About(severity, subject, what, remedy), about -> new ArrayList<>())
                .add(node.name());
    }

    /** All of them, the worst first, else in the order in which they were found. */
    List<Finding> all() {
        return nodes.entrySet().stream()
                .map(entry -> new Finding(
                        entry.getKey().severity(),
                        entry.getKey().subject(),
                        entry.getValue(),
                        entry.getKey().what(),
                        entry.getKey().remedy()))
                .sorted(Comparator.comparing(Finding::severity))
                .toList();
    }

    /** The usual remedy of a setting. */
    static String set(String setting, String value) {
        return "CONFIG SET " + setting + " " + value + ", and the same in the configuration file";
    }
}
