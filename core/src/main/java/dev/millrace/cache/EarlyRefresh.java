package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Decides when a value is loaded again although it has not ended yet, so that a key which is asked for all the time never
 * does: each hit near the end draws, with odds that rise towards it and with what loading takes.
 *
 * <p>A hit at time t refreshes when t − Δ·β·ln(u) is past the end, for u uniform in (0, 1] and Δ the time a load takes: the
 * optimal policy of Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention" (VLDB 2015).
 * Δ is the mean of this cache's loads, the newer ones counting more.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the mean is volatile; a lost update costs a little precision
final class EarlyRefresh {
    /** Beyond so many times Δ·β before the end a draw wins once in 160,000. */
    private static final int FAR = 12;

    private static final double WEIGHT_OF_NEWEST = 0.2;

    private final double beta;
    private final DoubleSupplier random;
    private volatile double loadNanos;

    EarlyRefresh(double beta) {
        this(beta, () -> 1 - ThreadLocalRandom.current().nextDouble());
    }

    /** @param random answers numbers from (0, 1] */
    EarlyRefresh(double beta, DoubleSupplier random) {
        this.beta = beta;
        this.random = random;
    }

    /** A load took so long. */
    void loaded(long nanos) {
        double mean = loadNanos;
        loadNanos = mean == 0 ? nanos : mean + WEIGHT_OF_NEWEST * (nanos - mean);
    }

    /** From when on it is worth drawing for a value that ends then. */
    long from(long endsAt) {
        return endsAt - (long) (FAR * beta * loadNanos);
    }

    /** Draws. */
    boolean isDue(long endsAt, long now) {
        return beta > 0 && -loadNanos * beta * Math.log(random.getAsDouble()) >= endsAt - now;
    }
}
