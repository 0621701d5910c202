package dev.millrace.tools.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One bar chart: a value per category and series. The page's script draws it; the names of the components are the names
 * the script reads.
 *
 * @param title what is drawn, unit included
 * @param categories labels along the axis
 * @param series one colour each
 * @param logarithmic whether the values spread so far that a linear axis would hide the small ones
 */
record Chart(String title, List<String> categories, List<Series> series, boolean logarithmic) {
    private static final double LINEAR_SPREAD = 30;

    /**
     * The values of one colour.
     *
     * @param name shown in the legend
     * @param values one per category, null where there is none
     */
    record Series(String name, List<@Nullable Double> values) {}

    /** The charts of one workload: throughput, and p99 latency where it was measured; apart for each kind of thread. */
    static List<Chart> of(List<Result> results) {
        List<Chart> charts = new ArrayList<>();
        List<ThreadKind> kinds = results.stream()
                .map(Result::threads)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        boolean severalClients = distinct(results, Result::client) > 1;
        if (severalClients && kinds.size() > 1) {
            for (ThreadKind kind : kinds) {
                List<Result> ofKind = results.stream()
                        .filter(result -> result.threads() == null || result.threads() == kind)
                        .toList();
                charts.addAll(ofOneKind(ofKind, ", " + kind.label() + " threads"));
            }
        } else {
            charts.addAll(ofOneKind(results, ""));
        }
        return charts;
    }

    private static List<Chart> ofOneKind(List<Result> results, String suffix) {
        return Stream.of(
                        chart("Throughput, operations per second" + suffix, results, Result::operationsPerSecond),
                        chart("99th percentile of latency, µs" + suffix, results, Result::p99Micros))
                .filter(chart -> !chart.series().isEmpty())
                .toList();
    }

    private static Chart chart(String title, List<Result> all, Function<Result, @Nullable Double> value) {
        List<Result> results =
                all.stream().filter(result -> value.apply(result) != null).toList();
        boolean severalClients = distinct(results, Result::client) > 1;
        Function<Result, String> seriesOf = severalClients ? clientSeries(results) : Chart::roundTripSeries;
        Function<Result, String> categoryOf = category(results, severalClients);
        List<String> categories = results.stream().map(categoryOf).distinct().toList();
        Map<String, Map<String, Double>> bySeries = new LinkedHashMap<>();
        for (Result result : results) {
            bySeries.computeIfAbsent(seriesOf.apply(result), name -> new LinkedHashMap<>())
                    .put(categoryOf.apply(result), Objects.requireNonNull(value.apply(result)));
        }
        List<Series> series = new ArrayList<>();
        bySeries.forEach((name, values) ->
                series.add(new Series(name, categories.stream().map(values::get).toList())));
        return new Chart(title, categories, series, spread(results, value) > LINEAR_SPREAD);
    }

    private static Function<Result, String> clientSeries(List<Result> results) {
        return result -> {
            long modes = results.stream()
                    .filter(other -> other.client().equals(result.client()))
                    .map(Result::mode)
                    .distinct()
                    .count();
            return modes > 1 ? result.client() + ", " + result.mode() : result.client();
        };
    }

    private static String roundTripSeries(Result result) {
        Double millis = result.roundTripMillis();
        if (millis == null) {
            return result.client();
        }
        return millis == 0 ? "loopback" : number(millis) + " ms round trip";
    }

    /** Names what still tells results apart once the series is chosen. */
    private static Function<Result, String> category(List<Result> results, boolean severalClients) {
        boolean threads = !severalClients && distinct(results, result -> String.valueOf(result.threads())) > 1;
        boolean callers = distinct(results, result -> String.valueOf(result.callers())) > 1;
        boolean batch = distinct(results, result -> String.valueOf(result.batch())) > 1;
        boolean roundTrip = severalClients && distinct(results, result -> String.valueOf(result.roundTripMillis())) > 1;
        return result -> {
            StringJoiner label = new StringJoiner(", ");
            Integer callerCount = result.callers();
            Integer batchSize = result.batch();
            ThreadKind kind = result.threads();
            Double millis = result.roundTripMillis();
            if (!severalClients) {
                label.add(result.mode());
            }
            if (callers && callerCount != null) {
                label.add(callerCount + (callerCount == 1 ? " caller" : " callers"));
            }
            if (threads && kind != null) {
                label.add(kind.label());
            }
            if (batch && batchSize != null) {
                label.add("batch of " + batchSize);
            }
            if (roundTrip && millis != null) {
                label.add(number(millis) + " ms");
            }
            return label.length() == 0 ? result.workload() : label.toString();
        };
    }

    private static double spread(List<Result> results, Function<Result, @Nullable Double> value) {
        double min = Double.MAX_VALUE;
        double max = 0;
        for (Result result : results) {
            Double measured = value.apply(result);
            if (measured != null && measured > 0) {
                min = Math.min(min, measured);
                max = Math.max(max, measured);
            }
        }
        return max == 0 ? 1 : max / min;
    }

    private static long distinct(List<Result> results, Function<Result, String> property) {
        return results.stream().map(property).distinct().count();
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
