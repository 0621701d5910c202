/**
 * Microbenchmarks of Millrace's own parts that are public; each class is an entry point, found by JMH. May use the
 * {@code resp}, {@code command} and {@code cache} packages of the client, the client itself, and the test kit's servers.
 */
@NullMarked
package dev.millrace.bench.jmh;

import org.jspecify.annotations.NullMarked;
