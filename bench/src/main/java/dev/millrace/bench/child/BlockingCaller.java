package dev.millrace.bench.child;

import dev.millrace.bench.client.PeerClient;
import dev.millrace.bench.workload.Dataset;
import org.jspecify.annotations.Nullable;

/** A caller that waits for each reply before it sends the next command. */
final class BlockingCaller extends Caller {
    private final PeerClient client;
    private final String @Nullable [] values;

    /**
     * A caller that reads or writes.
     *
     * @param values what to write, by index; absent to read
     */
    BlockingCaller(Gate gate, Dataset data, long seed, PeerClient client, String @Nullable [] values) {
        super(gate, data, seed);
        this.client = client;
        this.values = values;
    }

    @Override
    void callUntilClosed() throws Exception {
        // Counted in a local: the fields of neighbouring callers may share a cache line.
        long done = 0;
        int untilSample = firstSample();
        try {
            while (!gate.isClosed()) {
                int index = nextIndex();
                if (--untilSample > 0) {
                    requireShape(index, call(index));
                } else {
                    untilSample = SAMPLE_EVERY;
                    long begin = System.nanoTime();
                    String value = call(index);
                    recordLatency(System.nanoTime() - begin);
                    requireContent(index, value);
                }
                done++;
            }
        } finally {
            operations = done;
        }
    }

    private @Nullable String call(int index) throws Exception {
        String[] toWrite = values;
        if (toWrite == null) {
            return client.get(data.key(index));
        }
        client.set(data.key(index), toWrite[index]);
        written[index & (KEPT - 1)] = index;
        return toWrite[index];
    }
}
