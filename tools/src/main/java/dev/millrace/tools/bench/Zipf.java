package dev.millrace.tools.bench;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws ranks that are asked for as things mostly are: the rank k in proportion to 1/k^s, from 0 for the one asked for
 * most. Immutable.
 */
public final class Zipf {
    private final double[] upTo;

    /**
     * Of so many ranks.
     *
     * @param skew s; 0 is uniform, about 1 is what is found in practice
     */
    public Zipf(int ranks, double skew) {
        upTo = new double[ranks];
        double sum = 0;
        for (int rank = 0; rank < ranks; rank++) {
            sum += 1 / Math.pow(rank + 1.0, skew);
            upTo[rank] = sum;
        }
        for (int rank = 0; rank < ranks; rank++) {
            upTo[rank] /= sum;
        }
    }

    /** A rank. */
    public int draw(RandomGenerator random) {
        int at = Arrays.binarySearch(upTo, random.nextDouble());
        return Math.min(at < 0 ? -at - 1 : at, upTo.length - 1);
    }

    /** So many of them. */
    public int[] draw(RandomGenerator random, int count) {
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = draw(random);
        }
        return drawn;
    }

    /** The part of all draws that fall on the first so many ranks: what a cache of that size can hit at best. */
    public double shareOfFirst(int ranks) {
        return upTo[Math.min(ranks, upTo.length) - 1];
    }
}
