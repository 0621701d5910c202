package dev.millrace.tools.doctor;

import dev.millrace.tools.doctor.check.Finding;
import dev.millrace.tools.doctor.check.Severity;
import dev.millrace.tools.doctor.facts.Facts;
import java.util.List;

/**
 * What a look came to. Immutable.
 *
 * @param lookedAt which servers, for people
 * @param findings the worst first
 */
record Diagnosis(String lookedAt, Facts facts, List<Finding> findings) {
    Diagnosis {
        findings = List.copyOf(findings);
    }

    long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    /** Whether nothing would lose data or break a feature. */
    boolean isFine() {
        return count(Severity.PROBLEM) == 0;
    }
}
