package dev.millrace.tools.report;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Result}. What is not set stays absent; a figure that is not finite (a division by nothing) counts as
 * absent too. Confined to one thread.
 */
public final class ResultBuilder {
    private final String workload;
    private final String client;
    private final String mode;
    private @Nullable Integer callers;
    private @Nullable ThreadKind threads;
    private @Nullable Integer batch;
    private @Nullable Double roundTripMillis;
    private @Nullable Double operationsPerSecond;
    private @Nullable Double operationsPerSecondMin;
    private @Nullable Double operationsPerSecondMax;
    private @Nullable Double p50Micros;
    private @Nullable Double p99Micros;
    private @Nullable Double clientCpuMicrosPerOperation;
    private @Nullable Double allocatedBytesPerOperation;
    private @Nullable Double commandsPerWrite;
    private @Nullable Long roundTrips;
    private @Nullable Boolean verified;

    ResultBuilder(String workload, String client, String mode) {
        this.workload = workload;
        this.client = client;
        this.mode = mode;
    }

    /** Concurrent callers, and what kind of threads they ran on. */
    @CanIgnoreReturnValue
    public ResultBuilder callers(int count, ThreadKind kind) {
        callers = count;
        threads = kind;
        return this;
    }

    /** Commands per explicit batch, or the window of an asynchronous producer. */
    @CanIgnoreReturnValue
    public ResultBuilder batch(int commands) {
        batch = commands;
        return this;
    }

    /** Delay added to each round trip, in ms; 0 is plain loopback. */
    @CanIgnoreReturnValue
    public ResultBuilder roundTripMillis(double millis) {
        roundTripMillis = finite(millis);
        return this;
    }

    /**
     * Throughput of each run, in operations per second: sets median, minimum and maximum. For an even number of runs the
     * median is the mean of the middle two.
     *
     * @throws IllegalArgumentException if there is no run
     */
    @CanIgnoreReturnValue
    public ResultBuilder operationsPerSecond(double... runs) {
        if (runs.length == 0) {
            throw new IllegalArgumentException("a throughput needs at least one run");
        }
        double[] sorted = runs.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        operationsPerSecond = finite(median);
        operationsPerSecondMin = finite(sorted[0]);
        operationsPerSecondMax = finite(sorted[sorted.length - 1]);
        return this;
    }

    /** Latency percentiles, in µs. */
    @CanIgnoreReturnValue
    public ResultBuilder latencyMicros(double p50, double p99) {
        p50Micros = finite(p50);
        p99Micros = finite(p99);
        return this;
    }

    /** CPU time of the client's process per operation, in µs. */
    @CanIgnoreReturnValue
    public ResultBuilder clientCpuMicrosPerOperation(double micros) {
        clientCpuMicrosPerOperation = finite(micros);
        return this;
    }

    /** Bytes that the client's process allocated per operation. */
    @CanIgnoreReturnValue
    public ResultBuilder allocatedBytesPerOperation(double bytes) {
        allocatedBytesPerOperation = finite(bytes);
        return this;
    }

    /** Commands per socket write. */
    @CanIgnoreReturnValue
    public ResultBuilder commandsPerWrite(double commands) {
        commandsPerWrite = finite(commands);
        return this;
    }

    /** Socket writes that carried commands, in one run. */
    @CanIgnoreReturnValue
    public ResultBuilder roundTrips(long writes) {
        roundTrips = writes;
        return this;
    }

    /** Whether everything was read back and found equal. */
    @CanIgnoreReturnValue
    public ResultBuilder verified(boolean equal) {
        verified = equal;
        return this;
    }

    /**
     * The result.
     *
     * @throws IllegalArgumentException if workload, client or mode is blank
     */
    public Result build() {
        return new Result(
                workload,
                client,
                mode,
                callers,
                threads,
                batch,
                roundTripMillis,
                operationsPerSecond,
                operationsPerSecondMin,
                operationsPerSecondMax,
                p50Micros,
                p99Micros,
                clientCpuMicrosPerOperation,
                allocatedBytesPerOperation,
                commandsPerWrite,
                roundTrips,
                verified);
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
