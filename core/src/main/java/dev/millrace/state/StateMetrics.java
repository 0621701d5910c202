package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
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
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Meters of a state in a Micrometer registry, each with the tag {@code state}, its name:
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><td>{@code millrace.state.connections}</td><td>gauge by {@code home}: local, remote</td></tr>
 *   <tr><td>{@code millrace.state.unwritten}</td><td>gauge: records that have something that Redis does not have</td></tr>
 *   <tr><td>{@code millrace.state.oldest.unwritten}</td><td>time gauge: what a crash now would lose is no older</td></tr>
 *   <tr><td>{@code millrace.state.last.heard}</td><td>time gauge: how long ago the stream of changes was heard</td></tr>
 *   <tr><td>{@code millrace.state.degraded}</td><td>gauge: 0 while it is well, 1 degraded, 2 stopped</td></tr>
 *   <tr><td>{@code millrace.state.written}, {@code .coalesced}, {@code .failed}, {@code .dropped}, {@code .malformed}, {@code
 *       .followed}, {@code .reread}, {@code .reconciled}, {@code .reaped}, {@code .conflicts}</td><td>counters, as {@link
 *       StateHealth.Counters} has them</td></tr>
 * </table>
 *
 * <p>Nothing is recorded but when the registry looks, and nothing is asked of Redis then. The gauges walk through all records, once
 * for all of them: what was found is good for a second. Close these meters to remove them, before the state or after it.
 *
 * <p>Needs {@code io.micrometer:micrometer-core} on the class path, which the library itself does not bring.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a concurrent collection of thread-safe meters
public final class StateMetrics implements AutoCloseable {
    private static final String PREFIX = "millrace.state.";
    private static final long GOOD_NANOS = 1_000_000_000L;

    private final MeterRegistry registry;
    private final Tags tags;
    private final State<?> state;
    private final ConcurrentLinkedQueue<Meter> meters = new ConcurrentLinkedQueue<>();

    @GuardedBy("this")
    private @Nullable StateHealth health;

    @GuardedBy("this")
    private long lookedAt;

    private StateMetrics(MeterRegistry registry, State<?> state, Iterable<Tag> more) {
        this.registry = registry;
        this.state = state;
        this.tags = Tags.of(more).and("state", state.options().name());
    }

    /** Meters of a state, by the name in its options. */
    public static StateMetrics of(MeterRegistry registry, State<?> state) {
        return of(registry, state, List.of());
    }

    /** Meters of a state, each with these tags too. */
    public static StateMetrics of(MeterRegistry registry, State<?> state, Iterable<Tag> more) {
        StateMetrics metrics = new StateMetrics(registry, state, more);
        metrics.bind();
        return metrics;
    }

    private void bind() {
        gauge("connections", "connections of this process", tags.and("home", "local"), StateHealth::local);
        gauge(
                "connections",
                "connections of other processes",
                tags.and("home", "remote"),
                now -> now.records() - now.local());
        gauge("unwritten", "records that have something that Redis does not have", tags, StateHealth::unwritten);
        gauge(
                "degraded",
                "0 while it is well, 1 degraded, 2 stopped",
                tags,
                now -> now.status().ordinal());
        time("oldest.unwritten", "age of the oldest unwritten change", StateHealth::oldestUnwritten);
        time("last.heard", "since when the stream of changes was not heard", StateHealth::lastHeard);
        StateCounters counters = state.counters;
        counter("written", "fields that were written", counters.written);
        counter("coalesced", "changes behind that needed no write of their own", counters.coalesced);
        counter("failed", "writes behind that failed, by record", counters.failed);
        counter("dropped", "changes that stay in memory only", counters.dropped);
        counter("malformed", "values in Redis that can't be read", counters.malformed);
        counter("followed", "changes by other processes that were taken over", counters.followed);
        counter("reread", "records that were read again", counters.reread);
        counter("reconciled", "times that all was read again", counters.reconciled);
        counter("reaped", "records of dead processes that were removed", counters.reaped);
        counter("conflicts", "writes that met a newer version", counters.conflicts);
    }

    private synchronized StateHealth now() {
        long now = System.nanoTime();
        StateHealth last = health;
        if (last == null || now - lookedAt >= GOOD_NANOS) {
            last = state.health();
            health = last;
            lookedAt = now;
        }
        return last;
    }

    private void gauge(String name, String description, Tags its, ToDoubleFunction<StateHealth> value) {
        meters.add(Gauge.builder(PREFIX + name, () -> value.applyAsDouble(now()))
                .description(description)
                .tags(its)
                .strongReference(true)
                .register(registry));
    }

    private void time(String name, String description, java.util.function.Function<StateHealth, Duration> value) {
        Supplier<Number> millis = () -> value.apply(now()).toNanos() / 1e6;
        meters.add(TimeGauge.builder(PREFIX + name, millis, TimeUnit.MILLISECONDS)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry));
    }

    private void counter(String name, String description, LongAdder counter) {
        meters.add(FunctionCounter.builder(PREFIX + name, counter, LongAdder::sum)
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
