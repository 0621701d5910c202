package dev.millrace.bench.child;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.client.QueueItem;
import dev.millrace.bench.client.QueuePeer;
import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That a load finds what is wrong with a queue, shown with one in memory. */
final class QueueLoadTest {
    private static final int MILLIS = 20;

    @ParameterizedTest
    @EnumSource(
            value = Workload.class,
            names = {"QUEUE_ENQUEUE", "QUEUE_SETTLE", "QUEUE_WORKER", "QUEUE_CALLERS"})
    void run_everyWorkload_isVerified(Workload workload) throws Exception {
        Measurement measurement = measure(workload, new MemoryQueue());

        assertThat(measurement.mismatch()).isNull();
        assertThat(measurement.operations()).isPositive();
        assertThat(measurement.nanos()).isGreaterThanOrEqualTo(MILLIS * 1_000_000L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Workload.class,
            names = {"QUEUE_ENQUEUE", "QUEUE_SETTLE", "QUEUE_WORKER", "QUEUE_CALLERS"})
    void run_jobChanged_isFound(Workload workload) throws Exception {
        MemoryQueue queue = new MemoryQueue();
        queue.changing = true;

        assertThat(measure(workload, queue).mismatch()).contains(" is not what was enqueued");
    }

    @Test
    void run_wrongOrder_isFound() throws Exception {
        MemoryQueue queue = new MemoryQueue();
        queue.reversing = true;

        assertThat(measure(Workload.QUEUE_SETTLE, queue).mismatch()).contains("in another order");
    }

    @Test
    void run_enqueueFails_saysHow() throws Exception {
        MemoryQueue queue = new MemoryQueue();
        queue.refusing = true;

        assertThat(measure(Workload.QUEUE_CALLERS, queue).mismatch()).isEqualTo("IllegalStateException: full");
    }

    private static Measurement measure(Workload workload, MemoryQueue queue) throws Exception {
        Cell cell = workload.cells().getFirst();
        return new QueueLoad(queue, cell, queue.items::clear).run(MILLIS, 7);
    }

    private static final class MemoryQueue implements QueuePeer {
        private static final Comparator<QueueItem> ORDER =
                Comparator.comparing(QueueItem::priority).reversed().thenComparing(QueueItem::id);

        private final PriorityQueue<QueueItem> items = new PriorityQueue<>(ORDER);
        private boolean changing;
        private boolean reversing;
        private boolean refusing;

        @Override
        public void begin(String name) {
            assertThat(items).isEmpty();
        }

        @Override
        public synchronized void enqueue(QueueItem item) {
            if (refusing) {
                throw new IllegalStateException("full");
            }
            items.add(changing && item.priority() == 3 ? new QueueItem(item.id(), 3, "another") : item);
        }

        @Override
        public void enqueueBatch(List<QueueItem> some) {
            some.forEach(this::enqueue);
        }

        @Override
        public List<QueueItem> next(int most) {
            List<QueueItem> next = new ArrayList<>();
            while (next.size() < most && !items.isEmpty()) {
                next.add(items.remove());
            }
            return reversing ? next.reversed() : next;
        }

        @Override
        public void work(int concurrency, int jobs, Consumer<QueueItem> handler) {
            next(jobs).forEach(handler);
        }

        @Override
        public String difference(int enqueued, int acknowledged) {
            return items.size() == enqueued - acknowledged ? null : items.size() + " are left";
        }

        @Override
        public void close() {}
    }
}
