package dev.millrace.tools.flight;

/** A line that is not what its first letter promises; becomes a {@link Problems.Problem}. */
final class MalformedLine extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedLine(String message) {
        // Files of noise have one in every line; nobody reads these traces.
        super(message, null, false, false);
    }
}
