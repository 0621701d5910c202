package dev.millrace.tools.report;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * A ratio column: each result's throughput over that of its baseline in the same report. Where a result has no baseline,
 * or is itself one, the cell stays empty. Immutable.
 */
public final class Comparison {
    private final String heading;
    private final BiPredicate<Result, Result> baselineOf;
    private final boolean inverse;

    private Comparison(String heading, BiPredicate<Result, Result> baselineOf, boolean inverse) {
        this.heading = heading;
        this.baselineOf = baselineOf;
        this.inverse = inverse;
    }

    /**
     * Against one mode of the same client, for example {@code one-by-one}: same workload and round trip, whatever the
     * number of callers and the size of batches. Words before it tell what is done and must agree: {@code set pipelined}
     * is compared with {@code set one-by-one}, not with {@code get one-by-one}.
     */
    public static Comparison withMode(String mode) {
        return new Comparison(
                "× " + mode,
                (result, other) -> other.mode().endsWith(mode)
                        && !result.mode().endsWith(mode)
                        && result.mode()
                                .startsWith(
                                        other.mode().substring(0, other.mode().length() - mode.length()))
                        && other.client().equals(result.client())
                        && other.workload().equals(result.workload())
                        && Objects.equals(other.roundTripMillis(), result.roundTripMillis()),
                false);
    }

    /**
     * Against another client: same workload, callers, threads, batch and round trip, in whichever of its modes was
     * fastest.
     */
    public static Comparison withClient(String client) {
        return new Comparison(
                "× " + client,
                (result, other) -> other.client().equals(client)
                        && !result.client().equals(client)
                        && other.workload().equals(result.workload())
                        && Objects.equals(other.callers(), result.callers())
                        && Objects.equals(other.threads(), result.threads())
                        && Objects.equals(other.batch(), result.batch())
                        && Objects.equals(other.roundTripMillis(), result.roundTripMillis()),
                false);
    }

    /**
     * How many times faster one client is: its throughput over the result's, for the same workload, callers, threads,
     * batch and round trip, in whichever of its modes was fastest.
     */
    public static Comparison ofClient(String client) {
        return new Comparison(client + " ×", withClient(client).baselineOf, true);
    }

    /** The column's title, for example {@code × one-by-one}. */
    public String heading() {
        return heading;
    }

    /**
     * Throughput of the result over its baseline's, or the other way round where the comparison says so; empty where
     * there is no baseline or one of them has no throughput.
     */
    public Optional<Double> ratio(Result result, List<Result> all) {
        Double own = result.operationsPerSecond();
        if (own == null || own <= 0) {
            return Optional.empty();
        }
        return all.stream()
                .filter(other -> baselineOf.test(result, other))
                .map(Result::operationsPerSecond)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .filter(baseline -> baseline > 0)
                .map(baseline -> inverse ? baseline / own : own / baseline);
    }
}
