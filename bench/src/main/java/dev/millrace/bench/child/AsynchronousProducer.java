package dev.millrace.bench.child;

import dev.millrace.bench.client.PeerClient;
import dev.millrace.bench.workload.Dataset;
import dev.millrace.bench.workload.Workload;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A caller that keeps commands under way: it sends until {@link Workload#WINDOW} are unanswered, then takes the replies
 * of the older half in order and goes on. Taking a half at a time wakes the producer once for many replies, as a
 * program that hands on results in groups would; no callback is registered but on the commands that are timed.
 */
final class AsynchronousProducer extends Caller {
    private static final long TIMEOUT_SECONDS = 10;
    // A callback costs some clients more than the clock does.
    private static final int SAMPLE_EVERY_COMMANDS = 4 * SAMPLE_EVERY;

    private static final long UNTIMED = -1;

    private final PeerClient client;
    private final CompletableFuture<?>[] replies = new CompletableFuture<?>[Workload.WINDOW];
    private final int[] indexes = new int[Workload.WINDOW];
    private final long[] latencyNanos = new long[Workload.WINDOW];
    private long sent;
    private long taken;

    AsynchronousProducer(Gate gate, Dataset data, long seed, PeerClient client) {
        super(gate, data, seed);
        this.client = client;
        Arrays.fill(latencyNanos, UNTIMED);
    }

    @Override
    void callUntilClosed() throws Exception {
        int untilSample = firstSample();
        try {
            while (!gate.isClosed()) {
                if (sent - taken == Workload.WINDOW) {
                    take(Workload.WINDOW / 2);
                }
                int index = nextIndex();
                int slot = (int) (sent % Workload.WINDOW);
                indexes[slot] = index;
                if (--untilSample > 0) {
                    replies[slot] = client.getAsync(data.key(index)).toCompletableFuture();
                } else {
                    untilSample = SAMPLE_EVERY_COMMANDS;
                    replies[slot] = timed(index, slot);
                }
                sent++;
            }
            take((int) (sent - taken));
        } finally {
            operations = taken;
        }
    }

    private CompletableFuture<@Nullable String> timed(int index, int slot) throws Exception {
        long begin = System.nanoTime();
        return client.getAsync(data.key(index)).toCompletableFuture().thenApply(value -> {
            // On a thread of the client; the producer reads it after it has waited for this reply.
            latencyNanos[slot] = System.nanoTime() - begin;
            return value;
        });
    }

    private void take(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            int slot = (int) (taken % Workload.WINDOW);
            String value = (String) replies[slot].get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            requireShape(indexes[slot], value);
            if (latencyNanos[slot] != UNTIMED) {
                recordLatency(latencyNanos[slot]);
                latencyNanos[slot] = UNTIMED;
                requireContent(indexes[slot], value);
            }
            taken++;
        }
    }
}
