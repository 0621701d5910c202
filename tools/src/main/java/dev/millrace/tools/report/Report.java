package dev.millrace.tools.report;

import java.util.List;

/**
 * Everything one run of a suite found. Immutable.
 *
 * @param machine where it ran
 * @param server what it ran against
 * @param results one per measured line, in the order in which they are shown
 */
public record Report(Machine machine, Server server, List<Result> results) {

    public Report {
        results = List.copyOf(results);
    }

    /** Whether nothing that was compared was found different. */
    public boolean verified() {
        return results.stream().noneMatch(Result::failedVerification);
    }
}
