package dev.millrace.testkit.cluster;

import java.time.Duration;

/**
 * A failover that has happened.
 *
 * @param former the master that was
 * @param successor the replica that took its slots over
 * @param took from the moment the master went, or the failover was asked for, until the successor served all of its
 *     slots itself
 * @param agreed from the same moment until every node that is up knew it and reported {@code cluster_state:ok}
 */
public record ClusterFailover(ClusterNode former, ClusterNode successor, Duration took, Duration agreed) {}
