/**
 * The side that starts the clients' JVMs and takes turns with them: {@link dev.millrace.bench.run.InterleavedRun} is
 * the entry type, a {@link dev.millrace.bench.run.Contestant} whoever takes part. May use the child, client and
 * workload packages and the tools module's report.
 */
@NullMarked
package dev.millrace.bench.run;

import org.jspecify.annotations.NullMarked;
