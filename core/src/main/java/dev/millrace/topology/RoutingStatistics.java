package dev.millrace.topology;

/**
 * What routing has cost since the client was made. Immutable.
 *
 * @param refreshes how often the topology was looked at
 * @param redirects how many commands a node sent elsewhere (MOVED, ASK)
 * @param replicaReads how many commands were sent to a replica
 */
public record RoutingStatistics(long refreshes, long redirects, long replicaReads) {
    /** Nothing yet. */
    static final RoutingStatistics NONE = new RoutingStatistics(0, 0, 0);
}
