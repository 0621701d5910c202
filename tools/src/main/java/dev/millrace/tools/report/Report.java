package dev.millrace.tools.report;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything one run of a suite found. Immutable.
 *
 * @param machine where it ran
 * @param server what it ran against
 * @param results one per measured line, in the order in which they are shown
 * @param remarks lines for people, shown below the table; not part of the JSON
 */
public record Report(
        Machine machine,
        Server server,
        List<Result> results,
        @JsonIgnore List<String> remarks) {

    public Report {
        results = List.copyOf(results);
        remarks = List.copyOf(remarks);
    }

    /** A report without remarks; also how one is read back from JSON. */
    @JsonCreator
    public Report(Machine machine, Server server, List<Result> results) {
        this(machine, server, results, List.of());
    }

    /** The results by their workload, in the order in which workloads first appear. */
    Map<String, List<Result>> byWorkload() {
        Map<String, List<Result>> groups = new LinkedHashMap<>();
        results.forEach(result -> groups.computeIfAbsent(result.workload(), name -> new ArrayList<>())
                .add(result));
        return groups;
    }

    /** Whether nothing that was compared was found different. */
    public boolean verified() {
        return results.stream().noneMatch(Result::failedVerification);
    }
}
