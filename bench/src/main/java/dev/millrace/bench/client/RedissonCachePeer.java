package dev.millrace.bench.client;

import dev.millrace.bench.workload.Dataset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.api.options.LocalCachedMapOptions.CacheProvider;
import org.redisson.api.options.LocalCachedMapOptions.EvictionPolicy;
import org.redisson.api.options.LocalCachedMapOptions.SyncStrategy;
import org.redisson.client.codec.StringCodec;

/**
 * Redisson's local cached map: a hash that holds every key, its entries in Caffeine here, changes told over a channel by
 * whoever writes through such a map. A plain HSET is not told, so the foreign writer is another Redisson.
 */
final class RedissonCachePeer extends CachePeer {
    private static final int FILL_AT_ONCE = 1_000;

    private final RedissonClient client;
    private final RedissonClient other;
    private final RLocalCachedMap<String, String> map;
    private final RLocalCachedMap<String, String> elsewhere;

    RedissonCachePeer(ServerAddress server) {
        client = Redisson.create(RedissonPeer.configuration(server));
        other = Redisson.create(RedissonPeer.configuration(server));
        fill();
        map = client.getLocalCachedMap(options());
        elsewhere = other.getLocalCachedMap(options());
    }

    private static LocalCachedMapOptions<String, String> options() {
        return LocalCachedMapOptions.<String, String>name(Dataset.HASH)
                .codec(StringCodec.INSTANCE)
                .cacheProvider(CacheProvider.CAFFEINE)
                .evictionPolicy(EvictionPolicy.LFU)
                .cacheSize(IN_MEMORY)
                .syncStrategy(SyncStrategy.INVALIDATE);
    }

    /** Puts all keys into the hash, where they are not yet. */
    private void fill() {
        RMap<String, String> hash = client.getMap(Dataset.HASH, StringCodec.INSTANCE);
        if (hash.size() == Dataset.KEYS) {
            return;
        }
        Dataset data = Dataset.create();
        Map<String, String> all = new HashMap<>();
        for (int index = 0; index < Dataset.KEYS; index++) {
            all.put(data.key(index), data.value(index, 0));
        }
        hash.putAll(all, FILL_AT_ONCE);
    }

    @Override
    public @Nullable String get(String key) {
        return map.get(key);
    }

    @Override
    public void setBatch(String[] keys, String[] values) {
        Map<String, String> entries = HashMap.newHashMap(keys.length);
        for (int i = 0; i < keys.length; i++) {
            entries.put(keys[i], values[i]);
        }
        map.putAll(entries);
    }

    @Override
    public void setElsewhere(String key, String value) {
        elsewhere.fastPut(key, value);
    }

    @Override
    public void close() {
        client.shutdown();
        other.shutdown();
    }
}
