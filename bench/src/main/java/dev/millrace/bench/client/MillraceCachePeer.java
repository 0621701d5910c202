package dev.millrace.bench.client;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.bench.workload.Dataset;
import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheEntry;
import dev.millrace.cache.CacheOptions;
import dev.millrace.cache.Written;
import dev.millrace.cache.codec.Codec;
import dev.millrace.cache.codec.KeyCodec;
import dev.millrace.metrics.Statistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Millrace's cache with its defaults: tracked, counting. */
final class MillraceCachePeer extends CachePeer {
    private final Millrace redis;
    private final Cache<String, String> cache;
    private final ForeignWriter elsewhere;

    MillraceCachePeer(ServerAddress server) {
        MillraceOptions.Builder options = MillraceOptions.builder(server.toString());
        String password = server.password();
        if (password != null) {
            options.credentials(server.user(), password);
        }
        redis = Millrace.connect(options.build());
        // The whole key is the cache's key too, so that nothing is cut for a read.
        KeyCodec<String> keys =
                KeyCodec.of(key -> key.substring(Dataset.KEY_PREFIX.length()), address -> Dataset.KEY_PREFIX + address);
        cache = redis.cache(CacheOptions.builder("peers", keys, Codec.strings())
                .prefix(Dataset.KEY_PREFIX)
                .maxEntries(IN_MEMORY)
                .ttl(Duration.ofDays(1))
                .build());
        elsewhere = new ForeignWriter(server);
    }

    @Override
    public @Nullable String get(String key) {
        return cache.get(key);
    }

    @Override
    public void setBatch(String[] keys, String[] values) {
        List<CacheEntry<String, String>> entries = new ArrayList<>(keys.length);
        for (int i = 0; i < keys.length; i++) {
            entries.add(CacheEntry.of(keys[i], values[i]));
        }
        cache.pipelineSet(entries).values().forEach(Written::orThrow);
    }

    @Override
    public void setElsewhere(String key, String value) {
        elsewhere.set(key, value);
    }

    @Override
    public WireCount wireCount() {
        Statistics statistics = redis.statistics();
        return new WireCount(statistics.commands(), statistics.writes());
    }

    @Override
    public void close() {
        redis.close();
        elsewhere.close();
    }
}
