package dev.millrace.queue;

/** How jobs go to the server. */
public enum QueueMethod {
    /** Many jobs in a call, and up to sixteen calls in a trip. */
    PIPELINED,
    /** One job in a call, and one call in a trip. */
    STANDARD
}
