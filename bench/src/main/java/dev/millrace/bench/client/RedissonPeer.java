package dev.millrace.bench.client;

import io.netty.channel.epoll.Epoll;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RBatch;
import org.redisson.api.RFuture;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.TransportMode;

/**
 * Redisson with its plain string codec; RBatch, executed in memory, for batches.
 *
 * <p>It takes a connection of its pool for each command but does not wait for the reply, so fewer connections carry more
 * commands each. With few connections and threads it is two to three times as fast, at many callers, as with its
 * defaults of 64 and 32.
 */
final class RedissonPeer implements PeerClient {
    private static final int CONNECTIONS = 8;
    private static final int NETTY_THREADS = 4;

    private final RedissonClient client;

    RedissonPeer(ServerAddress server) {
        client = Redisson.create(configuration(server));
    }

    /** How it is set up, here and behind its cache. */
    static Config configuration(ServerAddress server) {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.setNettyThreads(NETTY_THREADS);
        if (Epoll.isAvailable()) {
            config.setTransportMode(TransportMode.EPOLL);
        }
        if (server.user() != null) {
            config.setUsername(server.user());
        }
        if (server.password() != null) {
            config.setPassword(server.password());
        }
        String host = server.host().contains(":") ? "[" + server.host() + "]" : server.host();
        config.useSingleServer()
                .setAddress((server.tls() ? "rediss://" : "redis://") + host + ":" + server.port())
                .setDatabase(server.database())
                .setConnectionPoolSize(CONNECTIONS)
                .setConnectionMinimumIdleSize(CONNECTIONS);
        return config;
    }

    @Override
    public @Nullable String get(String key) {
        return client.<String>getBucket(key).get();
    }

    @Override
    public void set(String key, String value) {
        client.getBucket(key).set(value);
    }

    @Override
    public CompletionStage<@Nullable String> getAsync(String key) {
        return client.<String>getBucket(key).getAsync();
    }

    @Override
    public void getBatch(String[] keys, @Nullable String[] values) {
        RBatch batch = client.createBatch();
        for (String key : keys) {
            RFuture<?> unused = batch.getBucket(key).getAsync();
        }
        List<?> replies = batch.execute().getResponses();
        for (int i = 0; i < keys.length; i++) {
            values[i] = (String) replies.get(i);
        }
    }

    @Override
    public void setBatch(String[] keys, String[] values) {
        RBatch batch = client.createBatch();
        for (int i = 0; i < keys.length; i++) {
            RFuture<?> unused = batch.getBucket(keys[i]).setAsync(values[i]);
        }
        batch.execute();
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
