package dev.millrace.tools.bench;

/**
 * Latencies of one caller, kept apart until it is done: a thousand callers that share a histogram would measure the
 * histogram. Confined to its caller.
 */
final class Latencies implements AutoCloseable {
    private static final int SAMPLES = 256;

    private final Run run;
    private final long[] nanos = new long[SAMPLES];
    private int count;
    private long operations;

    Latencies(Run run) {
        this.run = run;
    }

    /** Notes that an operation, or a batch of several, began at that {@link System#nanoTime} and ends now. */
    void since(long startNanos, int operationsDone) {
        if (count == SAMPLES) {
            close();
        }
        nanos[count++] = System.nanoTime() - startNanos;
        operations += operationsDone;
    }

    /** Hands over what was noted; may be used on. */
    @Override
    public void close() {
        run.take(nanos, count);
        run.advance(operations);
        count = 0;
        operations = 0;
    }
}
