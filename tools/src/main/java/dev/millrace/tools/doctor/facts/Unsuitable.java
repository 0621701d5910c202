package dev.millrace.tools.doctor.facts;

/** The servers that were named can't be looked at as they were named; the message is one line that says how to mend it. */
public final class Unsuitable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unsuitable(String message) {
        super(message);
    }
}
