package dev.millrace.bench.jmh;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.Millrace;
import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheEntry;
import dev.millrace.cache.CacheOptions;
import dev.millrace.cache.MemoryCache;
import dev.millrace.cache.Written;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a hit in memory costs: of the cache, connected and tracked, its statistics on; of memory alone; and of the map
 * that both stand on, plain, counting, and counting with a time to live, as whoever needs what they give would have it.
 * The same 1,024 keys in the same order for each. Every read must hit, and what counts must have counted it.
 *
 * <p>{@link CacheHitTwoThreadsBenchmark} does the same by two threads at once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CacheHitBenchmark {
    private static final int KEYS = 1_024;
    /** More than half full, as a cache is that has run for a while: a map that is emptier notes no reads. */
    private static final int MOST = 1_500;

    private static final Duration LONG_ENOUGH = Duration.ofHours(1);

    private final String[] keys = new String[KEYS];
    private final RedisServer server;
    private final Millrace redis;
    private final Cache<String, String> cache;
    private final MemoryCache<String, String> memory = new MemoryCache<>("hits", MOST);
    private final com.github.benmanes.caffeine.cache.Cache<String, String> plain =
            Caffeine.newBuilder().maximumSize(MOST).build();
    private final com.github.benmanes.caffeine.cache.Cache<String, String> counting =
            Caffeine.newBuilder().maximumSize(MOST).recordStats().build();
    private final com.github.benmanes.caffeine.cache.Cache<String, String> expiring = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(LONG_ENOUGH)
            .recordStats()
            .build();
    private final Map<String, String> map = new ConcurrentHashMap<>();

    /** Starts the server and puts every key into everything. */
    public CacheHitBenchmark() {
        server = RedisServer.start();
        redis = Millrace.connect(server.url());
        cache = redis.cache(
                CacheOptions.ofStrings("hits").maxEntries(MOST).ttl(LONG_ENOUGH).build());
        List<CacheEntry<String, String>> entries = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            String key = "patient:" + i;
            String value = "value of " + key;
            keys[i] = key;
            entries.add(CacheEntry.of(key, value));
            memory.set(key, value, LONG_ENOUGH);
            plain.put(key, value);
            counting.put(key, value);
            expiring.put(key, value);
            map.put(key, value);
        }
        cache.pipelineSet(entries).values().forEach(Written::orThrow);
        if (cache.getAll(List.of(keys)).size() != KEYS || cache.statistics().validEntries() != KEYS) {
            throw new IllegalStateException("not every key is in memory: " + cache.statistics());
        }
    }

    /** Ends the server and what is connected to it; a read of the cache that missed would be no hit measured. */
    @TearDown(Level.Trial)
    public void stop() {
        long misses = cache.statistics().misses() - KEYS + memory.statistics().misses();
        memory.close();
        redis.close();
        server.close();
        if (misses != 0) {
            throw new IllegalStateException(misses + " reads were no hits");
        }
    }

    /** Where one thread is in the order of the keys. */
    @State(Scope.Thread)
    public static class Place {
        private int next;

        String key(String[] keys) {
            return keys[next++ & (KEYS - 1)];
        }
    }

    /** The cache, memory only. */
    @Benchmark
    public String cacheGetIfCached(Place place) {
        return hit(cache.getIfCached(place.key(keys)));
    }

    /** The cache, as everybody calls it. */
    @Benchmark
    public String cacheGet(Place place) {
        return hit(cache.get(place.key(keys)));
    }

    /** Memory without a server. */
    @Benchmark
    public String memoryCacheGet(Place place) {
        return hit(memory.get(place.key(keys)));
    }

    /** Caffeine with a bound. */
    @Benchmark
    public String caffeine(Place place) {
        return hit(plain.getIfPresent(place.key(keys)));
    }

    /** Caffeine with a bound, counting. */
    @Benchmark
    public String caffeineCounting(Place place) {
        return hit(counting.getIfPresent(place.key(keys)));
    }

    /** Caffeine with a bound and a time to live, counting. */
    @Benchmark
    public String caffeineCountingExpiring(Place place) {
        return hit(expiring.getIfPresent(place.key(keys)));
    }

    /** A map without bound, time or counters: the floor. */
    @Benchmark
    public String concurrentHashMap(Place place) {
        return hit(map.get(place.key(keys)));
    }

    /** One look at the clock, which every read takes that knows of time. */
    @Benchmark
    public long clock() {
        return System.nanoTime();
    }

    private static String hit(@Nullable String value) {
        if (value == null) {
            throw new IllegalStateException("no hit");
        }
        return value;
    }
}
