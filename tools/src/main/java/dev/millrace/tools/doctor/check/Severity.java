package dev.millrace.tools.doctor.check;

/** How bad a finding is, the worst first. */
public enum Severity {
    /** Data would be lost, or a feature does not work. */
    PROBLEM,
    /** It works, and will hurt under load, in a failure, or later. */
    WARNING,
    /** Good to know. */
    NOTE
}
