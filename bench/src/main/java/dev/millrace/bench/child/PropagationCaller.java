package dev.millrace.bench.child;

import dev.millrace.bench.client.PeerClient;
import dev.millrace.bench.workload.Dataset;
import java.util.Objects;

/**
 * A caller that has a key in memory, lets another client change it, and reads until it is given the new value. What it
 * times begins when the other's write was acknowledged.
 */
final class PropagationCaller extends Caller {
    private static final int KEYS = 64;
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final PeerClient client;
    private final int generation;

    PropagationCaller(Gate gate, Dataset data, long seed, PeerClient client, int generation) {
        super(gate, data, seed);
        this.client = client;
        this.generation = generation;
    }

    @Override
    void callUntilClosed() throws Exception {
        long done = 0;
        try {
            while (!gate.isClosed()) {
                int index = (int) (done % KEYS);
                String key = data.key(index);
                // No value of this run comes twice for a key, nor one that another run has written.
                String next = data.value(index, generation + (int) (done / KEYS) * 31);
                requireContent(index, client.get(key));
                String before = client.get(key);
                requireContent(index, before);
                client.setElsewhere(key, next);
                long begin = System.nanoTime();
                // Another caller may have written the key since: what was there before is what must be gone.
                String now = client.get(key);
                while (!next.equals(now) && Objects.equals(now, before)) {
                    if (System.nanoTime() - begin > PATIENCE_NANOS) {
                        throw new MismatchException(key + " gave an old value for 5 s");
                    }
                    Thread.onSpinWait();
                    now = client.get(key);
                }
                recordLatency(System.nanoTime() - begin);
                done++;
            }
        } finally {
            operations = done;
        }
    }
}
