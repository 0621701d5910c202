/**
 * Test kit: what a test of a Redis or Valkey client needs and must not fake.
 *
 * <p>Entry types: {@link dev.millrace.testkit.RedisServer}, a real server process on loopback; {@link
 * dev.millrace.testkit.FaultProxy}, a TCP proxy that delays, cuts and mangles; {@link
 * dev.millrace.testkit.TlsMaterial}, certificates; {@link dev.millrace.testkit.SettableClock}; {@link
 * dev.millrace.testkit.NoLeakedThreads} and {@link dev.millrace.testkit.Await}. Clusters and Sentinels have packages of
 * their own, which build on this one; it knows nothing of them.
 *
 * <p>May use the JDK and the embedded-redis jar (for its binaries). It never uses the client it helps to test, so
 * that a fault in the client cannot hide itself. JUnit is needed by the thread-leak check only.
 */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
