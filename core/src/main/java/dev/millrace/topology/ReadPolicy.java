package dev.millrace.topology;

/** Which server of a master and its replicas answers a read-only command. Writes always go to the master. */
public enum ReadPolicy {
    /** The master: what was acknowledged is seen. The default. */
    MASTER,
    /** A replica, by turns; the master where none can be reached or none is near enough to it. */
    REPLICA_PREFERRED,
    /** The master and its replicas by turns. */
    ANY,
    /** Whichever answers fastest, by its measured round trip. */
    NEAREST
}
