package dev.millrace.bench.child;

import dev.millrace.bench.workload.Dataset;
import java.util.Arrays;
import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * One caller of a run: what it does again and again until the gate closes, and what it counted meanwhile. Counting
 * shares nothing with other callers, and costs the same few instructions whatever the client.
 *
 * <p>Confined to its own thread from {@link #run()} until that has left the gate; after that readable by whoever
 * waited at the gate.
 */
abstract class Caller implements Runnable {
    /** Every so many calls one is timed: often enough for percentiles, too rare for the clock to matter. */
    static final int SAMPLE_EVERY = 16;

    /** How many of the indexes written last are kept for reading them back; a power of two. */
    static final int KEPT = 16;

    private static final long HIGHEST_NANOS = 60_000_000_000L;
    // Latencies differ by far more than 128 ns and are read to 1 %; less would make a thousand callers' tables large.
    private static final long LOWEST_NANOS = 128;
    private static final int DIGITS = 2;

    final Gate gate;
    final Dataset data;
    final IntCountsHistogram latencies = new IntCountsHistogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
    final int[] written = new int[KEPT];
    long operations;

    @Nullable
    String failure;

    private long random;

    Caller(Gate gate, Dataset data, long seed) {
        this.gate = gate;
        this.data = data;
        // An xorshift generator must not begin at zero.
        this.random = seed == 0 ? 1 : seed;
        Arrays.fill(written, -1);
    }

    @Override
    public final void run() {
        try {
            gate.enter();
            callUntilClosed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = "a caller was interrupted";
        } catch (Exception | LinkageError e) {
            failure = Failures.line(e);
        } finally {
            gate.leave();
        }
    }

    /** Works until the gate is closed; sets {@link #operations} and {@link #failure} at its end. */
    abstract void callUntilClosed() throws Exception;

    /** The index of the next key, each as likely as any other: Marsaglia's xorshift64. */
    final int nextIndex() {
        long next = random;
        next ^= next << 13;
        next ^= next >>> 7;
        next ^= next << 17;
        random = next;
        return (int) (((next >>> 32) * Dataset.KEYS) >>> 32);
    }

    /** How many calls go by before the first is timed, so that callers that march in step are not timed in step. */
    final int firstSample() {
        return 1 + nextIndex() % SAMPLE_EVERY;
    }

    final void recordLatency(long nanos) {
        latencies.recordValue(Math.clamp(nanos, 0, HIGHEST_NANOS));
    }

    /** The check that every value read passes: present and of the right length. */
    final void requireShape(int index, @Nullable String value) {
        if (value == null || value.length() != Dataset.VALUE_LENGTH) {
            throw new MismatchException(
                    data.key(index) + " gave " + (value == null ? "nothing" : value.length() + " characters"));
        }
    }

    /** The check that a sample of the values read passes: every character. */
    final void requireContent(int index, @Nullable String value) {
        requireShape(index, value);
        if (value != null && !data.isValueOf(index, value)) {
            throw new MismatchException(data.key(index) + " gave a value that is not its own");
        }
    }
}
