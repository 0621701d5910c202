package dev.millrace.bench.child;

import dev.millrace.bench.client.PeerClient;
import dev.millrace.bench.client.WireCount;
import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Dataset;
import dev.millrace.bench.workload.Workload;
import dev.millrace.tools.bench.Zipf;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Puts the load of one cell on one client. Everything the harness itself needs is made before the callers are
 * released, so what is counted between the two readings of the meters is the client's.
 */
final class Load {
    /** A caller whose command takes longer than this to return is not waited for. */
    private static final long END_MILLIS = 20_000;

    private static final int READ_BACK_AT_MOST = 1_000;

    private static final int TRACE = 1 << 16;

    /** As things are mostly asked for: a tenth of the keys are four fifths of the reads. */
    private static final Zipf ZIPF = new Zipf(Dataset.KEYS, 1);

    /** A thousand keys, each as often as any other. */
    private static final Zipf HOT = new Zipf(1_000, 0);

    private final Dataset data;
    private final PeerClient client;
    private final Cell cell;

    Load(Dataset data, PeerClient client, Cell cell) {
        this.data = data;
        this.client = client;
        this.cell = cell;
    }

    /**
     * Runs the callers.
     *
     * @param millis how long they go on
     * @param generation of the values written by a workload that writes; one that no run before has used
     */
    Measurement run(long millis, int generation) throws InterruptedException {
        Gate gate = new Gate(cell.callers());
        List<Caller> callers = callers(gate, generation, cell.workload().writes() ? data.values(generation) : null);
        List<Thread> threads = new ArrayList<>(callers.size());
        for (Caller caller : callers) {
            threads.add(builder().unstarted(caller));
        }
        ForeignWrites foreign =
                cell.workload() == Workload.CACHE_ZIPF ? new ForeignWrites(client, data, ZIPF, generation) : null;
        // Every client begins with the same clean heap; the generation before and its callers are garbage now.
        System.gc();
        threads.forEach(Thread::start);
        gate.awaitAll();

        WireCount wireBefore = client.wireCount();
        ProcessMeter before = ProcessMeter.read();
        long begin = System.nanoTime();
        gate.open();
        Thread.sleep(millis);
        gate.close();
        boolean ended = gate.awaitEnd(END_MILLIS);
        long nanos = System.nanoTime() - begin;
        ProcessMeter after = ProcessMeter.read();
        WireCount wireAfter = client.wireCount();
        gate.dismiss();
        if (foreign != null) {
            foreign.close();
        }
        if (!ended) {
            throw new IllegalStateException("not every caller came back within " + END_MILLIS + " ms of the end");
        }
        for (Thread thread : threads) {
            thread.join();
        }

        Histogram latencies = new Histogram(callers.getFirst().latencies);
        long operations = 0;
        String mismatch = foreign == null ? null : foreign.failure();
        for (Caller caller : callers) {
            latencies.add(caller.latencies);
            operations += caller.operations;
            if (mismatch == null) {
                mismatch = caller.failure;
            }
        }
        if (mismatch == null && cell.workload().writes()) {
            mismatch = readBack(callers, generation);
        }
        return new Measurement(
                operations,
                nanos,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                after.cpuNanos() - before.cpuNanos(),
                after.allocatedBytes() - before.allocatedBytes(),
                commandsPerWrite(wireBefore, wireAfter),
                writes(wireBefore, wireAfter),
                mismatch);
    }

    private static @Nullable Long writes(@Nullable WireCount before, @Nullable WireCount after) {
        return before == null || after == null ? null : after.writes() - before.writes();
    }

    private static @Nullable Double commandsPerWrite(@Nullable WireCount before, @Nullable WireCount after) {
        return before == null || after == null || after.writes() == before.writes()
                ? null
                : (double) (after.commands() - before.commands()) / (after.writes() - before.writes());
    }

    private Thread.Builder builder() {
        return switch (cell.threads()) {
            case PLATFORM -> Thread.ofPlatform().daemon().name("caller");
            case VIRTUAL -> Thread.ofVirtual().name("caller");
        };
    }

    private List<Caller> callers(Gate gate, int generation, String @Nullable [] values) {
        List<Caller> callers = new ArrayList<>(cell.callers());
        long seed = System.nanoTime();
        for (int i = 0; i < cell.callers(); i++) {
            long ownSeed = seed + i * 0x9E3779B97F4A7C15L;
            callers.add(
                    switch (cell.workload().shape()) {
                        case BLOCKING -> new BlockingCaller(gate, data, ownSeed, client, values);
                        case ASYNCHRONOUS -> new AsynchronousProducer(gate, data, ownSeed, client);
                        case CACHE -> cacheCaller(gate, generation, ownSeed);
                        case QUEUE -> throw new IllegalStateException("a queue has a load of its own");
                        case BATCH -> new BatchCaller(gate, data, ownSeed, client, values, cell.batch());
                    });
        }
        return callers;
    }

    private Caller cacheCaller(Gate gate, int generation, long seed) {
        if (cell.workload() == Workload.CACHE_PROPAGATION) {
            return new PropagationCaller(gate, data, seed, client, generation);
        }
        Zipf reads = cell.workload() == Workload.CACHE_ZIPF ? ZIPF : HOT;
        return new TraceCaller(gate, data, seed, client, reads.draw(new SplittableRandom(seed), TRACE));
    }

    private @Nullable String readBack(List<Caller> callers, int generation) {
        int read = 0;
        for (Caller caller : callers) {
            for (int index : caller.written) {
                if (index < 0 || read == READ_BACK_AT_MOST) {
                    continue;
                }
                read++;
                String[] found = new String[1];
                try {
                    // Through the batch interface where the client was opened for batches: some flush only there.
                    if (cell.batch() == Cell.NO_BATCH) {
                        found[0] = client.get(data.key(index));
                    } else {
                        client.getBatch(new String[] {data.key(index)}, found);
                    }
                } catch (Exception e) {
                    return "reading back: " + Failures.line(e);
                }
                if (!data.value(index, generation).equals(found[0])) {
                    return data.key(index) + " does not hold what was written last";
                }
            }
        }
        return read == 0 ? "nothing was written" : null;
    }
}
