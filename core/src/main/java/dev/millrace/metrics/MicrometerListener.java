package dev.millrace.metrics;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.resilience.CircuitBreaker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Meters of a client in a Micrometer registry:
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><td>{@code millrace.commands}</td><td>timer by {@code verb} and {@code outcome}, with the median, p95 and p99</td></tr>
 *   <tr><td>{@code millrace.write.commands}</td><td>distribution of commands per write, by {@code node}</td></tr>
 *   <tr><td>{@code millrace.writes}, {@code millrace.bytes.out}, {@code millrace.bytes.in}</td><td>counters</td></tr>
 *   <tr><td>{@code millrace.queued}, {@code millrace.in.flight}, {@code millrace.connections}</td><td>gauges</td></tr>
 *   <tr><td>{@code millrace.circuit.open}</td><td>gauge: 1 while calls fail at once</td></tr>
 *   <tr><td>{@code millrace.connects}, {@code millrace.disconnects}</td><td>counters by {@code node}</td></tr>
 *   <tr><td>{@code millrace.connects.failed}, {@code millrace.timeouts}, {@code millrace.circuit.changes}</td><td>counters</td></tr>
 * </table>
 *
 * <p>Verbs above the first {@value #MOST_VERBS} are counted as {@code other}, so that names made up by an application
 * can't fill the registry. Values and keys are in no tag. Recording costs a look-up and a timer per command, about
 * 100 ns. Give each client a listener of its own; its meters are removed when the client is closed.
 *
 * <p>Needs {@code io.micrometer:micrometer-core} on the class path, which the library itself does not bring.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // concurrent collections of thread-safe meters
public final class MicrometerListener implements ClientListener {
    static final int MOST_VERBS = 200;

    private record Ended(String verb, Outcome outcome) {}

    private final MeterRegistry registry;
    private final Tags tags;
    private final ConcurrentHashMap<Ended, Timer> commands = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Boolean> verbs = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, DistributionSummary> writes = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Meter> meters = new ConcurrentLinkedQueue<>();

    /** Meters in {@code registry} without further tags. */
    public MicrometerListener(MeterRegistry registry) {
        this(registry, List.of());
    }

    /** Meters in {@code registry}, each with these tags too; for telling several clients apart. */
    public MicrometerListener(MeterRegistry registry, Iterable<Tag> tags) {
        this.registry = registry;
        this.tags = Tags.of(tags);
    }

    @Override
    public void opened(Supplier<Statistics> statistics) {
        gauge("millrace.queued", "calls that wait for the writer", statistics, Statistics::queued);
        gauge("millrace.in.flight", "calls that were sent and not answered", statistics, Statistics::inFlight);
        gauge("millrace.connections", "open connections", statistics, Statistics::connections);
        gauge(
                "millrace.circuit.open",
                "1 while calls fail at once because the server can't be reached",
                statistics,
                now -> now.circuitOpen() ? 1 : 0);
        counter("millrace.writes", "socket writes that carried commands", statistics, Statistics::writes);
        counter("millrace.bytes.out", "bytes written", statistics, Statistics::bytesOut);
        counter("millrace.bytes.in", "bytes read", statistics, Statistics::bytesIn);
        counter("millrace.connects.failed", "attempts that failed", statistics, Statistics::failedConnects);
        counter("millrace.timeouts", "calls given up at their deadline", statistics, Statistics::timeouts);
    }

    private void gauge(
            String name, String description, Supplier<Statistics> statistics, ToDoubleFunction<Statistics> value) {
        // The registry holds what it measures weakly; the client is held here, as long as it is open.
        meters.add(Gauge.builder(name, () -> value.applyAsDouble(statistics.get()))
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry));
    }

    private void counter(
            String name, String description, Supplier<Statistics> statistics, ToDoubleFunction<Statistics> value) {
        meters.add(FunctionCounter.builder(name, statistics, now -> value.applyAsDouble(now.get()))
                .description(description)
                .tags(tags)
                .register(registry));
    }

    @Override
    public void commandEnded(String verb, Outcome outcome, long nanos) {
        Ended ended = new Ended(known(verb), outcome);
        Timer timer = commands.get(ended);
        if (timer == null) {
            timer = commands.computeIfAbsent(ended, this::timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    private String known(String verb) {
        if (verbs.containsKey(verb)) {
            return verb;
        }
        if (verbs.size() >= MOST_VERBS) {
            return "other";
        }
        verbs.put(verb, true);
        return verb;
    }

    private Timer timer(Ended ended) {
        Timer timer = Timer.builder("millrace.commands")
                .description("time from a command's call to its outcome")
                .tags(tags)
                .tag("verb", ended.verb())
                .tag("outcome", ended.outcome().name())
                .publishPercentiles(0.5, 0.95, 0.99)
                .register(registry);
        meters.add(timer);
        return timer;
    }

    @Override
    public void written(String node, int sent, int bytes) {
        DistributionSummary summary = writes.get(node);
        if (summary == null) {
            summary = writes.computeIfAbsent(node, this::summary);
        }
        summary.record(sent);
    }

    private DistributionSummary summary(String node) {
        DistributionSummary summary = DistributionSummary.builder("millrace.write.commands")
                .description("commands that one write carried")
                .tags(tags)
                .tag("node", node)
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        meters.add(summary);
        return summary;
    }

    @Override
    public void connected(String node) {
        count("millrace.connects", "node", node);
    }

    @Override
    public void disconnected(String node, String cause) {
        count("millrace.disconnects", "node", node);
    }

    @Override
    public void circuitChanged(String node, CircuitBreaker.State state) {
        count("millrace.circuit.changes", "node", node, "state", state.name());
    }

    private void count(String name, String... pairs) {
        Counter counter = registry.counter(name, tags.and(pairs));
        counter.increment();
        if (!meters.contains(counter)) {
            meters.add(counter);
        }
    }

    /** Removes the client's meters. */
    @Override
    public void closed() {
        for (Meter meter = meters.poll(); meter != null; meter = meters.poll()) {
            registry.remove(meter);
        }
        commands.clear();
        writes.clear();
    }
}
