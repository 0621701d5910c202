package dev.millrace.testkit;

/** A direction of traffic through a {@link FaultProxy}. */
public enum Direction {
    /** Requests: from the client to the server. */
    TO_SERVER,
    /** Replies and pushes: from the server to the client. */
    TO_CLIENT
}
