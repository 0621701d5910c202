package dev.millrace.bench.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.bench.workload.Cell;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.RedisClient;

/**
 * Caffeine in front of Jedis, as many services have it: nothing tells it of changes, so entries live for a second and are
 * wrong for up to as long. It counts, as the others do.
 */
final class CaffeinePeer extends CachePeer {
    private static final Duration TTL = Duration.ofSeconds(1);

    private final RedisClient client;
    private final ForeignWriter elsewhere;
    private final Cache<String, String> memory = Caffeine.newBuilder()
            .maximumSize(IN_MEMORY)
            .expireAfterWrite(TTL)
            .recordStats()
            .build();

    CaffeinePeer(ServerAddress server, Cell cell) throws Exception {
        client = RedisClient.builder()
                .hostAndPort(JedisSettings.address(server))
                .clientConfig(JedisSettings.login(server).build())
                .poolConfig(JedisPeer.pool(cell))
                .build();
        JedisPeer.fill(client);
        elsewhere = new ForeignWriter(server);
    }

    @Override
    public @Nullable String get(String key) {
        return memory.get(key, client::get);
    }

    @Override
    public void setBatch(String[] keys, String[] values) {
        JedisCachePeer.set(client, keys, values);
        for (int i = 0; i < keys.length; i++) {
            memory.put(keys[i], values[i]);
        }
    }

    @Override
    public void setElsewhere(String key, String value) {
        elsewhere.set(key, value);
    }

    @Override
    public void close() {
        client.close();
        elsewhere.close();
    }
}
