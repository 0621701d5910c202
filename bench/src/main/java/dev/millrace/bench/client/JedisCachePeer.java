package dev.millrace.bench.client;

import dev.millrace.bench.workload.Cell;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.csc.CacheConfig;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/**
 * Jedis with its client-side cache, which asks for RESP3 and Redis 7.4; writes by its pipelines. It hears of changes when it uses a
 * connection, so one that nobody uses does not tell it of them.
 */
final class JedisCachePeer extends CachePeer {
    private static final String TOO_OLD = "Client side caching is only supported";
    private static final SetParams FOR_A_DAY = SetParams.setParams().ex(86_400);

    private final RedisClient client;
    private final ForeignWriter elsewhere;

    JedisCachePeer(ServerAddress server, Cell cell) throws Exception {
        client = RedisClient.builder()
                .hostAndPort(JedisSettings.address(server))
                .clientConfig(JedisSettings.login(server)
                        .protocol(RedisProtocol.RESP3)
                        .build())
                .poolConfig(JedisPeer.pool(cell))
                .cacheConfig(CacheConfig.builder().maxSize(IN_MEMORY).build())
                .build();
        try {
            JedisPeer.fill(client);
        } catch (JedisException e) {
            if (String.valueOf(e.getMessage()).startsWith(TOO_OLD)) {
                throw new PeerUnavailable("its client-side cache asks for Redis 7.4 or later", e);
            }
            throw e;
        }
        elsewhere = new ForeignWriter(server);
    }

    @Override
    public @Nullable String get(String key) {
        return client.get(key);
    }

    @Override
    public void setBatch(String[] keys, String[] values) {
        set(client, keys, values);
    }

    static void set(RedisClient client, String[] keys, String[] values) {
        try (Pipeline pipeline = client.pipelined()) {
            @SuppressWarnings({"unchecked", "rawtypes"})
            Response<String>[] replies = new Response[keys.length];
            for (int i = 0; i < keys.length; i++) {
                replies[i] = pipeline.set(keys[i], values[i], FOR_A_DAY);
            }
            pipeline.sync();
            for (Response<String> reply : replies) {
                reply.get();
            }
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
