/**
 * What is measured: the workloads, the cells they fall into, and the data they run on. The entry type is {@link
 * dev.millrace.bench.workload.CellChoice}. May use the names of the tools module's report, so that a
 * cell and its result say the same.
 */
@NullMarked
package dev.millrace.bench.workload;

import org.jspecify.annotations.NullMarked;
