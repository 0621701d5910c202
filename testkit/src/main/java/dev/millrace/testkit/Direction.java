package dev.millrace.testkit;

/** A direction of traffic through a {@link FaultProxy}. */
public enum Direction {
    /** Requests: from the client to the server. */
    TO_SERVER("to-server"),
    /** Replies and pushes: from the server to the client. */
    TO_CLIENT("to-client");

    private final String label;

    Direction(String label) {
        this.label = label;
    }

    /** For names of threads. */
    String label() {
        return label;
    }
}
