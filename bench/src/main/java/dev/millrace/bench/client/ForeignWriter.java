package dev.millrace.bench.client;

import redis.clients.jedis.RedisClient;

/** Another client, which writes what a cache has in memory: plain SETs. Thread-safe. */
final class ForeignWriter implements AutoCloseable {
    private final RedisClient client;

    ForeignWriter(ServerAddress server) {
        client = RedisClient.builder()
                .hostAndPort(JedisSettings.address(server))
                .clientConfig(JedisSettings.login(server).build())
                .build();
    }

    void set(String key, String value) {
        client.set(key, value);
    }

    @Override
    public void close() {
        client.close();
    }
}
