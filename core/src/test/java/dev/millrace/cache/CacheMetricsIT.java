package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class CacheMetricsIT {
    private static RedisServer server;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private double count(String name, String... tags) {
        FunctionCounter counter =
                registry.get("millrace.cache." + name).tags(tags).functionCounter();
        return counter.count();
    }

    private double gauge(String name, String... tags) {
        return registry.get("millrace.cache." + name).tags(tags).gauge().value();
    }

    @Test
    void meters_ofACache_areItsStatistics() {
        try (Millrace redis = Millrace.connect(server.url());
                Cache<String, String> cache = redis.cache(CacheOptions.ofStrings("texts")
                        .maxEntries(50)
                        .loader(key -> "loaded")
                        .build())) {
            CacheMetrics metrics = CacheMetrics.of(registry, cache, Tags.of("app", "shop"));
            for (int i = 0; i < 200; i++) {
                cache.set("k" + i, "v");
                cache.get("k" + i);
                cache.get("k" + i);
            }
            cache.get("none");

            CacheStatistics now = cache.statistics();
            assertThat(count("gets", "cache", "texts", "app", "shop", "result", "hit"))
                    .isEqualTo(now.hits())
                    .isPositive();
            assertThat(count("gets", "result", "miss")).isEqualTo(now.misses()).isPositive();
            assertThat(count("remote.gets", "result", "hit"))
                    .isEqualTo(now.remoteHits())
                    .isPositive();
            assertThat(count("remote.gets", "result", "miss")).isEqualTo(now.remoteMisses());
            assertThat(count("writes")).isEqualTo(now.writes()).isPositive();
            assertThat(count("evictions")).isEqualTo(now.evictions()).isPositive();
            assertThat(registry.get("millrace.cache.loads").functionTimer().count())
                    .isEqualTo(1);
            assertThat(registry.get("millrace.cache.loads").functionTimer().totalTime(TimeUnit.NANOSECONDS))
                    .isPositive();
            assertThat(gauge("entries", "state", "valid")).isEqualTo(now.validEntries());
            assertThat(gauge("entries", "state", "expired")).isEqualTo(now.expiredEntries());
            assertThat(gauge("weight")).isEqualTo(now.weight());
            for (String zero : new String[] {
                "loads.failed", "coalesced", "refreshes", "stale", "writes.failed", "reads.failed", "unreadable"
            }) {
                assertThat(count(zero)).as(zero).isZero();
            }

            metrics.close();
            assertThat(registry.getMeters()).isEmpty();
            metrics.close();
        }
    }

    @Test
    void meters_ofMemoryAlone_haveNoServer() {
        try (MemoryCache<String, String> cache = new MemoryCache<>("plain", 10);
                CacheMetrics metrics = CacheMetrics.of(registry, cache)) {
            cache.setShort("a", "1");
            cache.get("a");
            cache.get("b");

            assertThat(count("gets", "cache", "plain", "result", "hit")).isEqualTo(1);
            assertThat(count("gets", "cache", "plain", "result", "miss")).isEqualTo(1);
            assertThat(gauge("entries", "state", "valid")).isEqualTo(1);
            assertThat(registry.find("millrace.cache.remote.gets").functionCounter())
                    .isNull();
            assertThat(metrics).isNotNull();
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void close_ofOneCache_leavesTheMetersOfAnother() {
        try (MemoryCache<String, String> one = new MemoryCache<>("one", 10);
                MemoryCache<String, String> two = new MemoryCache<>("two", 10);
                CacheMetrics ofTwo = CacheMetrics.of(registry, two)) {
            int meters = registry.getMeters().size();
            CacheMetrics.of(registry, one).close();
            assertThat(registry.getMeters()).hasSize(meters);
            assertThat(ofTwo).isNotNull();
        }
    }
}
