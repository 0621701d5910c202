/**
 * The JVM of one client: it opens the client, puts the load of a cell on it, and says what it measured, a line of JSON
 * for a line of JSON. The entry types are {@link dev.millrace.bench.child.Child}, its main class, and {@link
 * dev.millrace.bench.child.Wire}, the lines. May use the client and workload packages.
 */
@NullMarked
package dev.millrace.bench.child;

import org.jspecify.annotations.NullMarked;
