package dev.millrace.bench.client;

import dev.millrace.bench.workload.Cell;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;

/**
 * Jedis with a pool that closes no connection between two calls (as many idle ones as there may be at all); pipelines
 * for batches.
 *
 * <p>The pool has a connection for each caller up to the number that was fastest for many callers, among 8, 16, 32, 64,
 * 128 and one for each; more connections are more work for both sides. It is filled before the first call: while it
 * grows under a thousand virtual threads, those that wait for it keep waking each other and nothing else moves.
 */
final class JedisPeer implements PeerClient {
    private static final int MOST_CONNECTIONS_FOR_PLATFORM_THREADS = 16;
    private static final int MOST_CONNECTIONS_FOR_VIRTUAL_THREADS = 64;

    private final RedisClient client;

    JedisPeer(ServerAddress server, Cell cell) throws Exception {
        client = RedisClient.builder()
                .hostAndPort(JedisSettings.address(server))
                .clientConfig(JedisSettings.login(server).build())
                .poolConfig(pool(cell))
                .build();
        fill(client);
    }

    /** A pool that has all its connections before the first call. */
    static void fill(RedisClient client) throws Exception {
        try {
            client.getPool().preparePool();
        } catch (Exception e) {
            client.close();
            throw e;
        }
    }

    static ConnectionPoolConfig pool(Cell cell) {
        int connections = Math.min(
                cell.callers(),
                switch (cell.threads()) {
                    case PLATFORM -> MOST_CONNECTIONS_FOR_PLATFORM_THREADS;
                    case VIRTUAL -> MOST_CONNECTIONS_FOR_VIRTUAL_THREADS;
                });
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(connections);
        pool.setMaxIdle(connections);
        pool.setMinIdle(connections);
        pool.setTestWhileIdle(false);
        pool.setJmxEnabled(false);
        return pool;
    }

    @Override
    public @Nullable String get(String key) {
        return client.get(key);
    }

    @Override
    public void set(String key, String value) {
        client.set(key, value);
    }

    @Override
    public CompletionStage<@Nullable String> getAsync(String key) {
        throw new UnsupportedOperationException("Jedis has no asynchronous interface");
    }

    @Override
    public void getBatch(String[] keys, @Nullable String[] values) {
        try (Pipeline pipeline = client.pipelined()) {
            @SuppressWarnings({"unchecked", "rawtypes"})
            Response<String>[] replies = new Response[keys.length];
            for (int i = 0; i < keys.length; i++) {
                replies[i] = pipeline.get(keys[i]);
            }
            pipeline.sync();
            for (int i = 0; i < keys.length; i++) {
                values[i] = replies[i].get();
            }
        }
    }

    @Override
    public void setBatch(String[] keys, String[] values) {
        try (Pipeline pipeline = client.pipelined()) {
            for (int i = 0; i < keys.length; i++) {
                pipeline.set(keys[i], values[i]);
            }
            pipeline.sync();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
