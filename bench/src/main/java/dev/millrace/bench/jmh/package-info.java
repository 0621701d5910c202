/**
 * Microbenchmarks of Millrace's own parts that are public; each class is an entry point, found by JMH. May use the
 * {@code resp} and {@code command} packages of the client.
 */
@NullMarked
package dev.millrace.bench.jmh;

import org.jspecify.annotations.NullMarked;
