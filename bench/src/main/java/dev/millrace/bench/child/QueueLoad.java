package dev.millrace.bench.child;

import dev.millrace.bench.client.QueueItem;
import dev.millrace.bench.client.QueuePeer;
import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Dataset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Puts the load of one cell on a queue, in segments of a fixed number of jobs, until what was timed is as long as asked:
 * so that every queue has the same length, and every job can be verified. What is filled, verified and removed between is
 * not timed.
 *
 * <p>Confined to one thread; its callers' threads live no longer than a segment.
 */
final class QueueLoad {
    private static final int SEGMENT = 10_000;
    private static final int PRIORITIES = 10;
    private static final String PAYLOAD = "x".repeat(100);
    private static final long END_SECONDS = 20;

    private final QueuePeer queue;
    private final Cell cell;
    private final Runnable remover;
    private final Histogram latencies = new Histogram(3);
    private long operations;
    private long nanos;
    private long cpuNanos;
    private long allocatedBytes;

    /** @param remover removes what queues have left on the server */
    QueueLoad(QueuePeer queue, Cell cell, Runnable remover) {
        this.queue = queue;
        this.cell = cell;
        this.remover = remover;
    }

    /** @param generation no two runs should have the same */
    Measurement run(long millis, int generation) throws Exception {
        long budget = TimeUnit.MILLISECONDS.toNanos(millis);
        String mismatch = null;
        for (int segment = 0; nanos < budget && mismatch == null; segment++) {
            remover.run();
            String name = Dataset.QUEUE_PREFIX + "-" + Integer.toHexString(generation) + "-" + segment;
            List<QueueItem> items = items(name);
            queue.begin(name);
            long left = budget - nanos;
            mismatch = switch (cell.workload()) {
                case QUEUE_ENQUEUE -> enqueueBatches(items, left);
                case QUEUE_CALLERS -> enqueueAtOnce(items, left);
                case QUEUE_SETTLE -> settle(items);
                case QUEUE_WORKER -> work(items);
                default -> throw new IllegalStateException(cell.label() + " is not done through a queue");
            };
        }
        remover.run();
        boolean timed = latencies.getTotalCount() > 0;
        return new Measurement(
                operations,
                nanos,
                timed ? latencies.getValueAtPercentile(50) / 1e3 : Double.NaN,
                timed ? latencies.getValueAtPercentile(99) / 1e3 : Double.NaN,
                cpuNanos,
                allocatedBytes,
                null,
                null,
                mismatch);
    }

    /** Ids of one priority are in the order in which they are enqueued. */
    private static List<QueueItem> items(String name) {
        List<QueueItem> items = new ArrayList<>(SEGMENT);
        for (int place = 0; place < SEGMENT; place++) {
            items.add(new QueueItem(name + "-" + (SEGMENT + place), place % PRIORITIES, PAYLOAD));
        }
        return items;
    }

    /** What is timed. */
    @FunctionalInterface
    private interface Timed {
        /** @return how many jobs it has done */
        int run() throws Exception;
    }

    private int timed(Timed work) throws Exception {
        ProcessMeter before = ProcessMeter.read();
        long start = System.nanoTime();
        int done = work.run();
        nanos += System.nanoTime() - start;
        ProcessMeter after = ProcessMeter.read();
        cpuNanos += after.cpuNanos() - before.cpuNanos();
        allocatedBytes += after.allocatedBytes() - before.allocatedBytes();
        operations += done;
        return done;
    }

    private @Nullable String enqueueBatches(List<QueueItem> items, long left) throws Exception {
        int size = cell.batch();
        int enqueued = timed(() -> {
            long end = System.nanoTime() + left;
            int done = 0;
            while (done < items.size() && System.nanoTime() - end < 0) {
                List<QueueItem> some = items.subList(done, Math.min(items.size(), done + size));
                long start = System.nanoTime();
                queue.enqueueBatch(some);
                latencies.recordValue(System.nanoTime() - start);
                done += some.size();
            }
            return done;
        });
        return differenceOfWaiting(items.subList(0, enqueued));
    }

    private @Nullable String enqueueAtOnce(List<QueueItem> items, long left) throws Exception {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable String> failure = new AtomicReference<>();
        CountDownLatch begin = new CountDownLatch(1);
        AtomicLong end = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(cell.callers());
        List<long[]> latenciesOfCallers = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < cell.callers(); i++) {
            Thread unused = Thread.ofVirtual().name("caller").start(() -> {
                List<Long> own = new ArrayList<>();
                try {
                    begin.await();
                    for (int place = place(next, end.get()); place < items.size(); place = place(next, end.get())) {
                        long start = System.nanoTime();
                        queue.enqueue(items.get(place));
                        own.add(System.nanoTime() - start);
                    }
                } catch (Exception | LinkageError e) {
                    failure.compareAndSet(null, Failures.line(e));
                    next.set(items.size());
                } finally {
                    latenciesOfCallers.add(
                            own.stream().mapToLong(Long::longValue).toArray());
                    ended.countDown();
                }
            });
        }
        boolean[] all = new boolean[1];
        timed(() -> {
            end.set(System.nanoTime() + left);
            begin.countDown();
            all[0] = ended.await(TimeUnit.NANOSECONDS.toSeconds(left) + END_SECONDS, TimeUnit.SECONDS);
            return latenciesOfCallers.stream().mapToInt(own -> own.length).sum();
        });
        if (!all[0]) {
            throw new IllegalStateException("not every caller came back within " + END_SECONDS + " s of the end");
        }
        int enqueued = 0;
        for (long[] own : latenciesOfCallers) {
            for (long latency : own) {
                latencies.recordValue(latency);
            }
            enqueued += own.length;
        }
        String failed = failure.get();
        // Every place below was taken by a caller, and every caller has come back.
        return failed != null ? failed : differenceOfWaiting(items.subList(0, enqueued));
    }

    private static int place(AtomicInteger next, long end) {
        return System.nanoTime() - end < 0 ? next.getAndIncrement() : Integer.MAX_VALUE;
    }

    private @Nullable String settle(List<QueueItem> items) throws Exception {
        queue.fill(items);
        List<QueueItem> taken = new ArrayList<>(items.size());
        int done = timed(() -> {
            List<QueueItem> some;
            do {
                long start = System.nanoTime();
                some = queue.next(cell.batch());
                latencies.recordValue(System.nanoTime() - start);
                taken.addAll(some);
            } while (!some.isEmpty());
            return taken.size();
        });
        String wrong = queue.difference(items.size(), done);
        return wrong != null ? wrong : differenceInOrder(items, taken);
    }

    private @Nullable String work(List<QueueItem> items) throws Exception {
        queue.fill(items);
        List<QueueItem> handled = Collections.synchronizedList(new ArrayList<>(items.size()));
        timed(() -> {
            queue.work(cell.callers(), items.size(), handled::add);
            return handled.size();
        });
        String wrong = queue.difference(items.size(), items.size());
        // Handlers run at once, so each must be there, in whatever order.
        return wrong != null
                ? wrong
                : handled.size() == items.size() && new HashSet<>(handled).equals(new HashSet<>(items))
                        ? null
                        : "what was handled is not what was enqueued";
    }

    /** Takes out what was enqueued, and compares. */
    private @Nullable String differenceOfWaiting(List<QueueItem> enqueued) throws Exception {
        String wrong = queue.difference(enqueued.size(), 0);
        if (wrong != null) {
            return wrong;
        }
        List<QueueItem> taken = new ArrayList<>();
        List<QueueItem> some;
        do {
            some = queue.next(SEGMENT / 10);
            taken.addAll(some);
        } while (!some.isEmpty());
        if (cell.callers() == 1) {
            return differenceInOrder(enqueued, taken);
        }
        return taken.size() == enqueued.size() && new HashSet<>(taken).equals(new HashSet<>(enqueued))
                ? null
                : "what was taken is not what was enqueued";
    }

    private static @Nullable String differenceInOrder(List<QueueItem> enqueued, List<QueueItem> taken) {
        List<QueueItem> expected = enqueued.stream()
                .sorted(Comparator.comparing(QueueItem::priority).reversed())
                .toList();
        return expected.equals(taken) ? null : "what was taken is not what was enqueued, or in another order";
    }
}
