package dev.millrace.bench.child;

import dev.millrace.bench.client.PeerClient;
import dev.millrace.bench.workload.Dataset;
import dev.millrace.tools.bench.Zipf;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Writes by another client at a fixed rate, of keys drawn as the reads are, on a thread of its own. */
final class ForeignWrites implements AutoCloseable {
    private static final long EACH_NANOS = 1_000_000L;

    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable String failure;

    ForeignWrites(PeerClient client, Dataset data, Zipf zipf, int generation) {
        thread = Thread.ofPlatform().daemon().name("foreign writer").start(() -> write(client, data, zipf, generation));
    }

    private void write(PeerClient client, Dataset data, Zipf zipf, int generation) {
        SplittableRandom random = new SplittableRandom(generation);
        long due = System.nanoTime();
        try {
            while (!closed) {
                int index = zipf.draw(random);
                client.setElsewhere(data.key(index), data.value(index, generation));
                due += EACH_NANOS;
                LockSupport.parkNanos(due - System.nanoTime());
            }
        } catch (Exception e) {
            failure = Failures.line(e);
        }
    }

    /** Why it has ended by itself, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
