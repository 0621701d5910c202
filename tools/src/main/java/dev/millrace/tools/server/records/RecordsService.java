package dev.millrace.tools.server.records;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.Millrace;
import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheMetrics;
import dev.millrace.cache.CacheOpener;
import dev.millrace.cache.CacheOptions;
import dev.millrace.cache.CacheStatistics;
import dev.millrace.cache.sql.QueryCache;
import dev.millrace.cache.sql.QueryCacheOptions;
import dev.millrace.tools.server.Platform;
import dev.millrace.tools.server.Service;
import dev.millrace.tools.server.Switches;
import dev.millrace.tools.server.http.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of patients, and the query of how many each ward has: what is read often is in memory, what is changed is seen by all
 * processes at once, and a process without Redis goes on.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class RecordsService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(RecordsService.class);
    private static final int LONGEST_TTL = 86_400;

    private final Platform platform;
    private final PatientTable table;
    private final PatientCache patients;
    private final QueryCache queries;
    private final Queue<CacheMetrics> metrics = new ConcurrentLinkedQueue<>();
    private volatile long ttlSeconds;

    /** Opens the caches; a database that is away does not matter yet. */
    public RecordsService(Platform platform) {
        this.platform = platform;
        Duration ttl = platform.options().cacheTtl();
        this.ttlSeconds = ttl.toSeconds();
        this.table = new PatientTable(platform.database());
        String prefix = "millrace:records:" + databaseId(platform.options().jdbcUrl()) + ":";
        this.patients = new PatientCache(platform.redis(), table, prefix + "patient:", ttl);
        metrics.add(CacheMetrics.of(platform.registry(), patients.cache()));
        this.queries = QueryCache.of(
                platform.database().source(),
                new Opener(platform.redis(), platform.registry(), prefix + "query:", metrics),
                QueryCacheOptions.builder("patient-queries").ttl(ttl).build());
        platform.switches()
                .add(
                        "records.cache-ttl",
                        "seconds for which records are cached, 0 to " + LONGEST_TTL
                                + "; 0 reads the database each time",
                        "0",
                        () -> Long.toString(ttlSeconds),
                        this::changeTtl);
        try {
            table.prepare();
        } catch (SQLException e) {
            LOG.warn(
                    "the table of patients can't be made yet, which is tried again with the first request: {}",
                    e.getMessage());
        }
    }

    /**
     * What tells databases apart that share a Redis: records of one must not be shown as another's. One in memory is its process's
     * own.
     */
    private static String databaseId(String url) {
        String place = url.startsWith("jdbc:h2:mem:")
                ? url + ProcessHandle.current().pid() + "@"
                        + ProcessHandle.current()
                                .info()
                                .startInstant()
                                .map(Object::toString)
                                .orElse("")
                : url;
        return UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** Opens the query cache under a name and a prefix of the service's, with meters. */
    private record Opener(Millrace redis, MeterRegistry registry, String prefix, Queue<CacheMetrics> metrics)
            implements CacheOpener {
        @Override
        public <K, V> Cache<K, V> open(CacheOptions<K, V> options) {
            Cache<K, V> cache = redis.cache(options.as(options.name(), prefix).build());
            metrics.add(CacheMetrics.of(registry, cache));
            return cache;
        }
    }

    private void changeTtl(String value) {
        long seconds = Switches.number(value, 0, LONGEST_TTL, "seconds");
        Duration ttl = Duration.ofSeconds(seconds);
        patients.ttl(ttl);
        queries.ttl(ttl);
        ttlSeconds = seconds;
    }

    @Override
    public String name() {
        return "records";
    }

    @Override
    public void routes(Routes routes) {
        new RecordRoutes(platform.json(), table, patients, queries, this::statistics).add(routes);
    }

    private Map<String, CacheStatistics> caches() {
        Map<String, CacheStatistics> caches = new LinkedHashMap<>();
        caches.put("patients", patients.statistics());
        caches.put("patient-queries", queries.statistics().cache());
        return caches;
    }

    private Map<String, Object> statistics() {
        List<Map<String, Object>> all = new ArrayList<>();
        caches().forEach((name, its) -> {
            Map<String, Object> each = figures(name, its);
            each.put("remoteHits", its.remoteHits());
            each.put("remoteMisses", its.remoteMisses());
            each.put("loads", its.loads());
            each.put("loadFailures", its.loadFailures());
            each.put("averageLoadMs", Math.round(its.averageLoadNanos() / 1e3) / 1e3);
            each.put("coalesced", its.coalesced());
            each.put("refreshes", its.refreshes());
            each.put("staleServed", its.staleServed());
            each.put("invalidations", its.invalidations());
            each.put("evictions", its.evictions());
            each.put("writes", its.writes());
            each.put("writeFailures", its.writeFailures());
            each.put("readFailures", its.readFailures());
            each.put("unreadable", its.unreadable());
            all.add(each);
        });
        Map<String, Object> statistics = new LinkedHashMap<>();
        statistics.put("caches", all);
        statistics.put("ttlSeconds", ttlSeconds);
        statistics.put("commandsSaved", commandsSaved());
        statistics.put("owedRecords", patients.owed());
        statistics.put("owedTables", queries.statistics().owed());
        statistics.put("queriesPastTheCache", queries.statistics().past());
        statistics.put("hottest", patients.cache().hottest(10));
        return statistics;
    }

    /** Each read that memory answers would have been a command. */
    private long commandsSaved() {
        return caches().values().stream().mapToLong(CacheStatistics::hits).sum();
    }

    private static Map<String, Object> figures(String name, CacheStatistics its) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", name);
        figures.put("hits", its.hits());
        figures.put("misses", its.misses());
        figures.put("hitRatio", Math.round(its.hitRatio() * 1e4) / 1e4);
        figures.put("entries", its.totalEntries());
        figures.put("validEntries", its.validEntries());
        figures.put("expiredEntries", its.expiredEntries());
        return figures;
    }

    @Override
    public Map<String, Object> figures() {
        Map<String, CacheStatistics> caches = caches();
        List<Map<String, Object>> all = new ArrayList<>();
        long saved = 0;
        for (Map.Entry<String, CacheStatistics> each : caches.entrySet()) {
            all.add(figures(each.getKey(), each.getValue()));
            saved += each.getValue().hits();
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("caches", all);
        figures.put("commandsSaved", saved);
        return figures;
    }

    @Override
    public void close() {
        metrics.forEach(CacheMetrics::close);
        queries.close();
        patients.close();
    }
}
