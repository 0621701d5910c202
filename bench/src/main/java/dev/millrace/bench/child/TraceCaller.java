package dev.millrace.bench.child;

import dev.millrace.bench.client.PeerClient;
import dev.millrace.bench.workload.Dataset;

/**
 * A caller that reads keys in an order made before the clock starts, which costs one array read a call: hits in memory
 * take not much longer. Goes round when the order has come to its end.
 */
final class TraceCaller extends Caller {
    // Hits take about as long as the clock does.
    private static final int SAMPLE_EVERY_READS = 64 * SAMPLE_EVERY;

    private final PeerClient client;
    private final int[] trace;

    /** @param trace indexes of keys; as many as a power of two */
    TraceCaller(Gate gate, Dataset data, long seed, PeerClient client, int[] trace) {
        super(gate, data, seed);
        this.client = client;
        this.trace = trace;
    }

    @Override
    void callUntilClosed() throws Exception {
        int[] order = trace;
        int mask = order.length - 1;
        long done = 0;
        int untilSample = firstSample();
        try {
            while (!gate.isClosed()) {
                int index = order[(int) done & mask];
                if (--untilSample > 0) {
                    requireShape(index, client.get(data.key(index)));
                } else {
                    untilSample = SAMPLE_EVERY_READS;
                    long begin = System.nanoTime();
                    String value = client.get(data.key(index));
                    recordLatency(System.nanoTime() - begin);
                    requireContent(index, value);
                }
                done++;
            }
        } finally {
            operations = done;
        }
    }
}
