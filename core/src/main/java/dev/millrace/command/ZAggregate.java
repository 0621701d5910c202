package dev.millrace.command;

import java.util.Arrays;
import java.util.List;

/**
 * How the scores of a member that stands in several sorted sets become one, in unions and intersections. Immutable:
 * {@code ZAggregate.sum().weighted(1, 0.5)}.
 *
 * @param function what is done with the scores; {@link Function#SUM} is Redis's default
 * @param weights what the scores of each set are multiplied with first, one for each key in the keys' order; empty, the
 *     default, for 1 each
 */
public record ZAggregate(Function function, List<Double> weights) {
    /** What becomes of a member's scores. */
    public enum Function {
        /** They are added. */
        SUM,
        /** The least is taken. */
        MIN,
        /** The greatest is taken. */
        MAX
    }

    /** @throws IllegalArgumentException if a weight is NaN */
    public ZAggregate {
        weights = List.copyOf(weights);
        if (weights.stream().anyMatch(weight -> weight.isNaN())) {
            throw new IllegalArgumentException("a weight is NaN, which Redis does not take");
        }
    }

    /** Scores are added, each set counts alike. */
    public static ZAggregate sum() {
        return new ZAggregate(Function.SUM, List.of());
    }

    /** The least score is taken, each set counts alike. */
    public static ZAggregate min() {
        return new ZAggregate(Function.MIN, List.of());
    }

    /** The greatest score is taken, each set counts alike. */
    public static ZAggregate max() {
        return new ZAggregate(Function.MAX, List.of());
    }

    /** The same function with these weights, one for each key. @throws IllegalArgumentException if one is NaN */
    public ZAggregate weighted(double... weightPerKey) {
        return new ZAggregate(function, Arrays.stream(weightPerKey).boxed().toList());
    }

    void addTo(Arguments arguments, int keys) {
        if (!weights.isEmpty()) {
            if (weights.size() != keys) {
                throw new IllegalArgumentException(
                        "there are " + keys + " keys and " + weights.size() + " weights; give one weight for each key");
            }
            arguments.add("WEIGHTS");
            weights.forEach(weight -> arguments.add(weight.doubleValue()));
        }
        if (function != Function.SUM) {
            arguments.add("AGGREGATE").add(function.name());
        }
    }
}
