package dev.millrace.bench.child;

import org.jspecify.annotations.Nullable;

/**
 * What one run of one client in one cell gave.
 *
 * @param operations commands answered
 * @param nanos from the release of the callers to the end of the last one
 * @param p50Micros median latency of a call (in batch workloads: of a batch), in microseconds
 * @param p99Micros the latency that 99 % of the calls kept below, in microseconds
 * @param cpuNanos processor time the client's process used meanwhile, absent for what is not measured in a JVM
 * @param allocatedBytes bytes its threads allocated on the heap meanwhile, absent likewise
 * @param commandsPerWrite commands per socket write, absent for clients that do not count them
 * @param writes socket writes that carried commands, absent likewise
 * @param mismatch the first thing found wrong with the data, or what made a caller stop; absent when all was right
 */
public record Measurement(
        long operations,
        long nanos,
        double p50Micros,
        double p99Micros,
        @Nullable Long cpuNanos,
        @Nullable Long allocatedBytes,
        @Nullable Double commandsPerWrite,
        @Nullable Long writes,
        @Nullable String mismatch) {

    /** Commands answered per second. */
    public double operationsPerSecond() {
        return operations * 1e9 / nanos;
    }

    /** Processor time per command in microseconds, absent where it was not measured. */
    public @Nullable Double cpuMicrosPerOperation() {
        return cpuNanos == null || operations == 0 ? null : cpuNanos / 1e3 / operations;
    }

    /** Bytes allocated per command, absent where they were not measured. */
    public @Nullable Double allocatedBytesPerOperation() {
        return allocatedBytes == null || operations == 0 ? null : (double) allocatedBytes / operations;
    }
}
