package dev.millrace.tools.load;

/** A line that can't be loaded; the message says why and never quotes it. */
final class BadLine extends Exception {
    private static final long serialVersionUID = 1L;

    BadLine(String message) {
        // Files of noise have one in every line; nobody reads these traces.
        super(message, null, false, false);
    }
}
