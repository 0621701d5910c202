package dev.millrace.tools.bench;

/** What kind of servers the suite starts for itself. */
enum Topology {
    /** One server. */
    ONE,
    /** Three masters with a replica each. */
    CLUSTER,
    /** A master with two replicas, behind three Sentinels. */
    SENTINEL
}
