package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Meters of a queue in a Micrometer registry, each with the tag {@code queue}, its name:
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><td>{@code millrace.queue.ready}</td><td>gauge by {@code lane}: jobs that can be claimed</td></tr>
 *   <tr><td>{@code millrace.queue.waiting}</td><td>gauge: ready in all lanes, and delayed</td></tr>
 *   <tr><td>{@code millrace.queue.delayed}, {@code .leased}, {@code .overdue}, {@code .dead}</td><td>gauges</td></tr>
 *   <tr><td>{@code millrace.queue.paused}</td><td>gauge: 1 while nothing is handed out</td></tr>
 *   <tr><td>{@code millrace.queue.oldest.age}</td><td>time gauge: of the oldest ready job; 0 if there is none</td></tr>
 *   <tr><td>{@code millrace.queue.enqueued}, {@code .duplicates}, {@code .replaced}, {@code .claimed}, {@code
 *       .acknowledged}, {@code .retried}, {@code .expired}, {@code .dead.letters}, {@code .cancelled}</td><td>counters of
 *       the queue, whoever used it, as {@link QueueStatistics.Counters} has them</td></tr>
 * </table>
 *
 * <p>Nothing is asked but when the registry looks, and then once for all meters: what was read is good for the interval, so
 * that a scrape costs one trip at most. Whoever looks when it is over reads anew, and waits up to the command timeout;
 * others have what was read before. While the server can't be asked the gauges are NaN and the counters stay, and it is
 * asked again after the interval. Close these meters to remove them.
 *
 * <p>Needs {@code io.micrometer:micrometer-core} on the class path, which the library itself does not bring.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a concurrent collection of thread-safe meters
public final class QueueMetrics implements AutoCloseable {
    private static final String PREFIX = "millrace.queue.";

    /** For how long what was read is good, by default. */
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final MeterRegistry registry;
    private final Tags tags;
    private final RecentStatistics recent;
    private final ConcurrentLinkedQueue<Meter> meters = new ConcurrentLinkedQueue<>();

    private QueueMetrics(MeterRegistry registry, QueueOptions<?> options, Iterable<Tag> more, RecentStatistics recent) {
        this.registry = registry;
        this.tags = Tags.of(more).and("queue", options.name());
        this.recent = recent;
        bind(options.lanes());
    }

    /** Meters of a queue, read at most each 5 s. */
    public static QueueMetrics of(MeterRegistry registry, JobQueue<?> queue) {
        return of(registry, queue, INTERVAL, List.of());
    }

    /**
     * Meters of a queue.
     *
     * @param interval for how long what was read is good; longer than zero
     * @param more further tags
     * @throws IllegalArgumentException if the interval is not longer than zero
     */
    public static QueueMetrics of(MeterRegistry registry, JobQueue<?> queue, Duration interval, Iterable<Tag> more) {
        return of(registry, queue.options(), queue::statistics, interval, more, System::nanoTime);
    }

    /** Meters of a partitioned queue as a whole, read at most each 5 s; those of its partitions can be bound beside. */
    public static QueueMetrics of(MeterRegistry registry, PartitionedQueue<?> queue) {
        return of(registry, queue, INTERVAL, List.of());
    }

    /** As {@link #of(MeterRegistry, JobQueue, Duration, Iterable)}, of a partitioned queue as a whole. */
    public static QueueMetrics of(
            MeterRegistry registry, PartitionedQueue<?> queue, Duration interval, Iterable<Tag> more) {
        return of(registry, queue.options(), queue::statistics, interval, more, System::nanoTime);
    }

    /** @param nanoClock nanoseconds from any origin */
    static QueueMetrics of(
            MeterRegistry registry,
            QueueOptions<?> options,
            Supplier<QueueStatistics> source,
            Duration interval,
            Iterable<Tag> more,
            LongSupplier nanoClock) {
        Names.checkedTime("an interval", interval, false);
        return new QueueMetrics(registry, options, more, new RecentStatistics(source, interval, nanoClock));
    }

    private void bind(List<Lane> lanes) {
        for (Lane lane : lanes) {
            gauge(
                    "ready",
                    "jobs that can be claimed",
                    tags.and("lane", lane.name()),
                    now -> now.ready().getOrDefault(lane.name(), 0L));
        }
        gauge("waiting", "jobs that are ready or delayed", tags, QueueStatistics::waiting);
        gauge("delayed", "jobs that wait until they are due", tags, QueueStatistics::delayed);
        gauge("leased", "jobs in consumers' hands", tags, QueueStatistics::leased);
        gauge("overdue", "jobs that the next claim makes ready", tags, QueueStatistics::overdue);
        gauge("dead", "dead letters", tags, QueueStatistics::dead);
        gauge("paused", "1 while nothing is handed out", tags, now -> now.paused() ? 1 : 0);
        meters.add(TimeGauge.builder(
                        PREFIX + "oldest.age", () -> recent.gauge(QueueMetrics::oldestMillis), TimeUnit.MILLISECONDS)
                .description("age of the oldest ready job")
                .tags(tags)
                .strongReference(true)
                .register(registry));
        counter("enqueued", "jobs taken in as new", QueueStatistics.Counters::enqueued);
        counter("duplicates", "jobs not taken, their id was known", QueueStatistics.Counters::duplicates);
        counter("replaced", "jobs taken in the place of another", QueueStatistics.Counters::replaced);
        counter("claimed", "jobs handed out under a lease", QueueStatistics.Counters::claimed);
        counter("acknowledged", "jobs that are done", QueueStatistics.Counters::completed);
        counter("retried", "jobs sent back for another attempt", QueueStatistics.Counters::retried);
        counter("expired", "jobs taken back because a lease ran out", QueueStatistics.Counters::expired);
        counter("dead.letters", "jobs that were given up", QueueStatistics.Counters::givenUp);
        counter("cancelled", "jobs cancelled by a handler", QueueStatistics.Counters::cancelled);
    }

    private static double oldestMillis(QueueStatistics now) {
        Duration oldest = now.oldestAge();
        return oldest == null ? 0 : oldest.toMillis();
    }

    private void gauge(String name, String description, Tags its, ToDoubleFunction<QueueStatistics> value) {
        meters.add(Gauge.builder(PREFIX + name, () -> recent.gauge(value))
                .description(description)
                .tags(its)
                .strongReference(true)
                .register(registry));
    }

    private void counter(String name, String description, ToDoubleFunction<QueueStatistics.Counters> value) {
        meters.add(FunctionCounter.builder(PREFIX + name, recent, numbers -> numbers.counter(value))
                .description(description)
                .tags(tags)
                .register(registry));
    }

    /** Removes the meters. */
    @Override
    public void close() {
        for (Meter meter = meters.poll(); meter != null; meter = meters.poll()) {
            registry.remove(meter);
        }
    }
}
