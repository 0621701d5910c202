package dev.millrace.bench.run;

import dev.millrace.bench.child.Measurement;
import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Workload;
import dev.millrace.tools.report.Result;
import dev.millrace.tools.report.ResultBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one contestant gave in one cell. Immutable.
 *
 * @param cell the cell
 * @param client who
 * @param mode how, in a word or two
 * @param rounds its measurements, in order; the warm-up is not among them
 * @param failure why rounds are missing, absent when none are
 */
public record CellResult(
        Cell cell,
        ClientName client,
        String mode,
        List<Measurement> rounds,
        @Nullable String failure) {
    /** Copies the rounds. */
    public CellResult {
        rounds = List.copyOf(rounds);
    }

    /** What was wrong, with the measurement or with the data it saw; absent when nothing was. */
    public @Nullable String complaint() {
        return failure != null
                ? failure
                : rounds.stream()
                        .map(Measurement::mismatch)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    /** The line of the report: medians over the rounds, the range of the throughput. */
    public Result toResult() {
        ResultBuilder result =
                Result.of(cell.workload().label(), client.label(), mode).callers(cell.callers(), cell.threads());
        switch (cell.workload().shape()) {
            case BLOCKING, CACHE -> {}
            case ASYNCHRONOUS -> result.batch(Workload.WINDOW);
            case BATCH -> result.batch(cell.batch());
            case QUEUE -> {
                if (cell.batch() > 0) {
                    result.batch(cell.batch());
                }
            }
        }
        if (!rounds.isEmpty()) {
            result.operationsPerSecond(rounds.stream()
                            .mapToDouble(Measurement::operationsPerSecond)
                            .toArray())
                    .latencyMicros(median(Measurement::p50Micros), median(Measurement::p99Micros))
                    .clientCpuMicrosPerOperation(medianOfPresent(Measurement::cpuMicrosPerOperation))
                    .allocatedBytesPerOperation(medianOfPresent(Measurement::allocatedBytesPerOperation))
                    .commandsPerWrite(medianOfPresent(Measurement::commandsPerWrite));
        }
        double writes =
                medianOfPresent(measurement -> measurement.writes() == null ? null : (double) measurement.writes());
        if (!Double.isNaN(writes)) {
            result.roundTrips(Math.round(writes));
        }
        // The limit looks at no reply, so there is nothing it could have verified.
        if (client != ClientName.REDIS_BENCHMARK || failure != null) {
            result.verified(complaint() == null);
        }
        return result.build();
    }

    private double median(ToDoubleFunction<Measurement> figure) {
        return median(rounds.stream().mapToDouble(figure).toArray());
    }

    private double medianOfPresent(Function<Measurement, @Nullable Double> figure) {
        return median(rounds.stream()
                .map(figure)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    /** The middle value, the mean of the middle two, or not a number where there is none: absent in the report. */
    static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
