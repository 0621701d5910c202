package dev.millrace.bench.child;

/** Turns what a client threw into one line. */
final class Failures {
    private Failures() {}

    /** The innermost cause, for clients wrap what the server said; its first line. */
    static String line(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        String firstLine = message.lines().findFirst().orElse("");
        return cause.getClass().getSimpleName() + ": " + firstLine;
    }
}
