package dev.millrace.testkit.sentinel;

import dev.millrace.testkit.RedisServer;
import java.time.Duration;

/**
 * A failover that has happened.
 *
 * @param former the master that was
 * @param successor the replica that is master now
 * @param took from the moment the master went, or the failover was asked for, until one Sentinel named the successor
 *     and that took itself for a master
 * @param agreed from the same moment until every Sentinel that is up named it
 */
public record SentinelFailover(RedisServer former, RedisServer successor, Duration took, Duration agreed) {}
