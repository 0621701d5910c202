package dev.millrace.tools.bench;

import dev.millrace.tools.report.Result;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says the latencies of results, and how those of the later ones stand to the first's. Confined to the thread that makes
 * the report.
 */
final class LatencyRatio {
    private @Nullable Result first;

    /** What the others are compared with. */
    String first(Result result) {
        first = result;
        return words(result);
    }

    /** One that is compared with it. */
    String other(Result result) {
        Result before = first;
        return before == null
                ? words(result)
                : String.format(
                        Locale.ROOT,
                        "%s; %.2f and %.2f times \"%s\"",
                        words(result),
                        micros(result, Result::p50Micros) / micros(before, Result::p50Micros),
                        micros(result, Result::p99Micros) / micros(before, Result::p99Micros),
                        before.mode());
    }

    private static String words(Result result) {
        return String.format(
                Locale.ROOT,
                "p50 %,.0f µs, p99 %,.0f µs",
                micros(result, Result::p50Micros),
                micros(result, Result::p99Micros));
    }

    private static double micros(Result result, Function<Result, @Nullable Double> figure) {
        Double micros = figure.apply(result);
        return micros == null ? Double.NaN : micros;
    }
}
