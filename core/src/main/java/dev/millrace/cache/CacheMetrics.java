package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Meters of a cache in a Micrometer registry, each with the tag {@code cache}, its name:
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><td>{@code millrace.cache.entries}</td><td>gauge by {@code state}: valid, expired</td></tr>
 *   <tr><td>{@code millrace.cache.weight}</td><td>gauge: entries, or bytes where those are bounded</td></tr>
 *   <tr><td>{@code millrace.cache.gets}</td><td>counter by {@code result}: hit, miss; of memory</td></tr>
 *   <tr><td>{@code millrace.cache.remote.gets}</td><td>counter by {@code result}: hit, miss; of the server</td></tr>
 *   <tr><td>{@code millrace.cache.loads}</td><td>timer of loads that ended well</td></tr>
 *   <tr><td>{@code millrace.cache.loads.failed}, {@code .coalesced}, {@code .refreshes}, {@code .stale}, {@code
 *       .invalidations}, {@code .evictions}, {@code .writes}, {@code .writes.failed}, {@code .reads.failed}, {@code
 *       .unreadable}</td><td>counters, as {@link CacheStatistics} has them</td></tr>
 * </table>
 *
 * <p>Nothing is recorded but when the registry looks; then the two numbers of entries walk through memory. Close these
 * meters to remove them, before the cache or after it.
 *
 * <p>Needs {@code io.micrometer:micrometer-core} on the class path, which the library itself does not bring.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a concurrent collection of thread-safe meters
public final class CacheMetrics implements AutoCloseable {
    private static final String PREFIX = "millrace.cache.";

    private final MeterRegistry registry;
    private final Tags tags;
    private final ConcurrentLinkedQueue<Meter> meters = new ConcurrentLinkedQueue<>();

    private CacheMetrics(MeterRegistry registry, String name, Iterable<Tag> more) {
        this.registry = registry;
        this.tags = Tags.of(more).and("cache", name);
    }

    /** Meters of a cache, by the name in its options. */
    public static CacheMetrics of(MeterRegistry registry, Cache<?, ?> cache) {
        return of(registry, cache, List.of());
    }

    /** Meters of a cache, each with these tags too; for telling caches of one name apart. */
    public static CacheMetrics of(MeterRegistry registry, Cache<?, ?> cache, Iterable<Tag> more) {
        CacheMetrics metrics = new CacheMetrics(registry, cache.options().name(), more);
        metrics.bind(cache.counters(), cache.memory(), cache::statistics);
        metrics.bindServer(cache.counters());
        return metrics;
    }

    /** Meters of a cache without a server; the server's are left out. */
    public static CacheMetrics of(MeterRegistry registry, MemoryCache<?, ?> cache) {
        CacheMetrics metrics = new CacheMetrics(registry, cache.name(), List.of());
        metrics.bind(cache.counters(), cache.memory(), cache::statistics);
        return metrics;
    }

    private void bind(Counters counters, Memory<?, ?> memory, Supplier<CacheStatistics> now) {
        Tags valid = tags.and("state", "valid");
        Tags expired = tags.and("state", "expired");
        gauge("entries", "entries in memory", valid, () -> now.get().validEntries());
        gauge("entries", "entries in memory", expired, () -> now.get().expiredEntries());
        gauge("weight", "what memory holds, in entries or bytes", tags, memory::weight);
        counter("gets", "reads of memory", tags.and("result", "hit"), counters.hits);
        counter("gets", "reads of memory", tags.and("result", "miss"), counters.misses);
        meters.add(FunctionTimer.builder(
                        PREFIX + "loads",
                        counters,
                        its -> its.loads.sum(),
                        its -> its.loadNanos.sum(),
                        TimeUnit.NANOSECONDS)
                .description("loads that ended well")
                .tags(tags)
                .register(registry));
        counter("loads.failed", "loads that failed", tags, counters.loadFailures);
        counter("coalesced", "reads that joined one under way", tags, counters.coalesced);
        counter("evictions", "entries that had to make room", tags, memory.evictionCounter());
    }

    private void bindServer(Counters counters) {
        counter("remote.gets", "values looked for at the server", tags.and("result", "hit"), counters.remoteHits);
        counter("remote.gets", "values looked for at the server", tags.and("result", "miss"), counters.remoteMisses);
        counter("refreshes", "loads before the end of a value", tags, counters.refreshes);
        counter("stale", "reads answered with what is not known to be current", tags, counters.staleServed);
        counter("invalidations", "changes that servers have announced", tags, counters.invalidations);
        counter("writes", "entries written", tags, counters.writes);
        counter("writes.failed", "writes that failed or whose outcome is unknown", tags, counters.writeFailures);
        counter("reads.failed", "reads that the server did not answer", tags, counters.readFailures);
        counter("unreadable", "stored values that could not be decoded", tags, counters.unreadable);
    }

    private void gauge(String name, String description, Tags its, Supplier<Number> value) {
        meters.add(Gauge.builder(PREFIX + name, value)
                .description(description)
                .tags(its)
                .strongReference(true)
                .register(registry));
    }

    private void counter(String name, String description, Tags its, LongAdder counter) {
        meters.add(FunctionCounter.builder(PREFIX + name, counter, LongAdder::sum)
                .description(description)
                .tags(its)
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
