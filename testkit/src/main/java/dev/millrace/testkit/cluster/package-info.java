/**
 * A Redis or Valkey Cluster of real server processes on loopback, and the things that happen to clusters: failover,
 * resharding, nodes that die, freeze, come and go.
 *
 * <p>Entry type: {@link dev.millrace.testkit.cluster.RedisCluster}. May use {@code dev.millrace.testkit} and the JDK.
 */
@NullMarked
package dev.millrace.testkit.cluster;

import org.jspecify.annotations.NullMarked;
