/**
 * The performance suite: workloads, how they are measured, and the command that runs them.
 *
 * <p>Entry: {@link dev.millrace.tools.bench.BenchCommand}; a workload is a {@code Workload} in the list of {@code
 * Workloads}. It uses the client's public API, the test kit's servers and proxy, and the report, progress and flight
 * packages.
 */
@NullMarked
package dev.millrace.tools.bench;

import org.jspecify.annotations.NullMarked;
