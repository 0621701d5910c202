package dev.millrace.tools.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A column of the tables. The terminal and the page show the same columns with the same rounding.
 *
 * @param heading title
 * @param numeric whether it is aligned to the right
 * @param cell text for a result, absent where it does not apply
 */
record Column(String heading, boolean numeric, Function<Result, @Nullable String> cell) {

    /** The columns in which at least one result of a workload has something to say. */
    static List<Column> of(List<Result> results, List<Comparison> comparisons) {
        List<Column> columns = new ArrayList<>();
        if (results.stream().map(Result::client).distinct().count() > 1) {
            columns.add(text("client", Result::client));
        }
        columns.add(text("mode", Result::mode));
        columns.add(number("callers", result -> whole(result.callers())));
        columns.add(text("threads", result -> {
            ThreadKind threads = result.threads();
            return threads == null ? null : threads.label();
        }));
        columns.add(number("batch", result -> whole(result.batch())));
        columns.add(number("RTT ms", result -> trimmed(result.roundTripMillis())));
        columns.add(number("ops/s", result -> rounded(result.operationsPerSecond())));
        columns.add(number("range", Column::range));
        for (Comparison comparison : comparisons) {
            columns.add(number(
                    comparison.heading(),
                    result -> comparison
                            .ratio(result, results)
                            .map(ratio -> format(ratio < 10 ? "%.2f" : "%,.1f", ratio))
                            .orElse(null)));
        }
        columns.add(number("p50 µs", result -> rounded(result.p50Micros())));
        columns.add(number("p99 µs", result -> rounded(result.p99Micros())));
        columns.add(number("CPU µs/op", result -> fraction(result.clientCpuMicrosPerOperation())));
        columns.add(number("bytes/op", result -> rounded(result.allocatedBytesPerOperation())));
        columns.add(number("cmds/write", result -> fraction(result.commandsPerWrite())));
        columns.add(number("round trips", result -> whole(result.roundTrips())));
        columns.add(text("verified", Column::verdict));
        return columns.stream()
                .filter(column ->
                        results.isEmpty() || results.stream().anyMatch(result -> column.cell.apply(result) != null))
                .toList();
    }

    String text(Result result) {
        return Optional.ofNullable(cell.apply(result)).orElse("");
    }

    private static Column text(String heading, Function<Result, @Nullable String> cell) {
        return new Column(heading, false, cell);
    }

    private static Column number(String heading, Function<Result, @Nullable String> cell) {
        return new Column(heading, true, cell);
    }

    private static @Nullable String range(Result result) {
        Double min = result.operationsPerSecondMin();
        Double max = result.operationsPerSecondMax();
        if (min == null || max == null || min.equals(max)) {
            return null;
        }
        return Stream.of(min, max)
                .map(Column::compact)
                .reduce((a, b) -> a + "–" + b)
                .orElse(null);
    }

    private static @Nullable String verdict(Result result) {
        Boolean verified = result.verified();
        return verified == null ? null : verified ? "yes" : "NO";
    }

    private static @Nullable String whole(@Nullable Number value) {
        return value == null ? null : format("%,d", value.longValue());
    }

    private static @Nullable String rounded(@Nullable Double value) {
        return value == null ? null : format(value < 10 ? "%.1f" : "%,.0f", value);
    }

    private static @Nullable String fraction(@Nullable Double value) {
        return value == null ? null : format(value < 10 ? "%.2f" : "%,.1f", value);
    }

    private static @Nullable String trimmed(@Nullable Double value) {
        if (value == null) {
            return null;
        }
        return value == Math.rint(value) ? format("%.0f", value) : format("%s", value);
    }

    private static String compact(double value) {
        if (value >= 1e6) {
            return format("%.2fM", value / 1e6);
        }
        return value >= 1e4 ? format("%.0fk", value / 1e3) : format("%,.0f", value);
    }

    private static String format(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
