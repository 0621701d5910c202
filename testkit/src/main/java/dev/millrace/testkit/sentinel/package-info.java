/**
 * A master with replicas behind three Sentinels, all of them real server processes on loopback, and what happens to
 * such a group: failover, servers and Sentinels that die, freeze and come back.
 *
 * <p>Entry type: {@link dev.millrace.testkit.sentinel.SentinelTrio}. May use {@code dev.millrace.testkit} and the JDK.
 */
@NullMarked
package dev.millrace.testkit.sentinel;

import org.jspecify.annotations.NullMarked;
