package dev.millrace.command;

/** What a connection is for. */
public enum ClientType {
    /** Commands, pub/sub not among them. */
    NORMAL,
    /** From a replica to its master. */
    MASTER,
    /** From a master to its replica. */
    REPLICA,
    /** Pub/sub. */
    PUBSUB
}
