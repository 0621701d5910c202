package dev.millrace.tools.doctor.facts;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that was found out. Immutable.
 *
 * @param layout how the servers belong together
 * @param nodes what each of them told, masters first
 * @param unreachable those that are said to be there and could not be reached, with the reason
 */
public record Facts(Layout layout, List<NodeFacts> nodes, Map<String, String> unreachable) {
    public Facts {
        nodes = List.copyOf(nodes);
        unreachable = new TreeMap<>(unreachable);
    }
}
