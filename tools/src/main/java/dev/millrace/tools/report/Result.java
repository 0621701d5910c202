package dev.millrace.tools.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One measured line: a workload, done one way by one client. Immutable. A figure that does not apply is null and absent
 * from the JSON.
 *
 * @param workload name of the workload, for example {@code batches}
 * @param client who did it: {@code millrace}, {@code lettuce}, {@code jedis}, {@code redisson}, {@code glide} or
 *     {@code redis-benchmark}
 * @param mode how, for example {@code one-by-one} or {@code pipelined}
 * @param callers concurrent callers
 * @param threads kind of threads the callers ran on
 * @param batch commands per explicit batch, or the window of an asynchronous producer
 * @param roundTripMillis delay added between client and server and back, in ms; 0 is plain loopback
 * @param operationsPerSecond median over the runs
 * @param operationsPerSecondMin slowest run
 * @param operationsPerSecondMax fastest run
 * @param p50Micros median latency of an operation (of a batch, where batches were timed), in µs
 * @param p99Micros 99th percentile of the same, in µs
 * @param clientCpuMicrosPerOperation CPU time of the client's process per operation, in µs
 * @param allocatedBytesPerOperation bytes that the client's process allocated per operation
 * @param commandsPerWrite commands per socket write
 * @param roundTrips socket writes that carried commands, in one run
 * @param verified whether everything was read back and found equal
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Result(
        String workload,
        String client,
        String mode,
        @Nullable Integer callers,
        @Nullable ThreadKind threads,
        @Nullable Integer batch,
        @JsonProperty("rtt_ms") @Nullable Double roundTripMillis,
        @JsonProperty("ops_per_s") @Nullable Double operationsPerSecond,
        @JsonProperty("ops_per_s_min") @Nullable Double operationsPerSecondMin,
        @JsonProperty("ops_per_s_max") @Nullable Double operationsPerSecondMax,
        @JsonProperty("p50_us") @Nullable Double p50Micros,
        @JsonProperty("p99_us") @Nullable Double p99Micros,
        @JsonProperty("client_cpu_us_per_op") @Nullable Double clientCpuMicrosPerOperation,
        @JsonProperty("alloc_bytes_per_op") @Nullable Double allocatedBytesPerOperation,
        @JsonProperty("commands_per_write") @Nullable Double commandsPerWrite,
        @JsonProperty("round_trips") @Nullable Long roundTrips,
        @Nullable Boolean verified) {

    public Result {
        requireText("workload", workload);
        requireText("client", client);
        requireText("mode", mode);
    }

    /** A builder with the three names that every result has. */
    public static ResultBuilder of(String workload, String client, String mode) {
        return new ResultBuilder(workload, client, mode);
    }

    /** Whether something was compared and found different. A result that compares nothing has not failed. */
    public boolean failedVerification() {
        return Boolean.FALSE.equals(verified);
    }

    private static void requireText(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " must not be blank");
        }
    }
}
