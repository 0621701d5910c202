package dev.millrace.bench.child;

import dev.millrace.bench.client.PeerClient;
import dev.millrace.bench.workload.Dataset;
import org.jspecify.annotations.Nullable;

/** A caller that sends one batch after the other. Every batch is timed: next to a batch the clock is nothing. */
final class BatchCaller extends Caller {
    private final PeerClient client;
    private final String @Nullable [] values;
    private final int[] indexes;
    private final String[] keys;
    private final String[] batchValues;
    private final @Nullable String[] replies;

    /**
     * A caller that reads or writes in batches.
     *
     * @param values what to write, by index; absent to read
     */
    BatchCaller(
            Gate gate, Dataset data, long seed, PeerClient client, String @Nullable [] values, int commandsPerBatch) {
        super(gate, data, seed);
        this.client = client;
        this.values = values;
        this.indexes = new int[commandsPerBatch];
        this.keys = new String[commandsPerBatch];
        this.batchValues = new String[commandsPerBatch];
        this.replies = new String[commandsPerBatch];
    }

    @Override
    void callUntilClosed() throws Exception {
        String[] toWrite = values;
        while (!gate.isClosed()) {
            for (int i = 0; i < indexes.length; i++) {
                int index = nextIndex();
                indexes[i] = index;
                keys[i] = data.key(index);
                if (toWrite != null) {
                    batchValues[i] = toWrite[index];
                }
            }
            long begin = System.nanoTime();
            if (toWrite == null) {
                client.getBatch(keys, replies);
            } else {
                client.setBatch(keys, batchValues);
            }
            recordLatency(System.nanoTime() - begin);
            if (toWrite == null) {
                checkReplies();
            } else {
                System.arraycopy(indexes, 0, written, 0, Math.min(KEPT, indexes.length));
            }
            operations += indexes.length;
        }
    }

    private void checkReplies() {
        for (int i = 0; i < indexes.length; i++) {
            requireShape(indexes[i], replies[i]);
            if (i % SAMPLE_EVERY == 0) {
                requireContent(indexes[i], replies[i]);
            }
            replies[i] = null;
        }
    }
}
