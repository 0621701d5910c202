package dev.millrace.bench.client;

import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Workload;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lettuce on one connection that all callers share, as its documentation has it for commands that do not block the
 * server, and on the native transport, which it takes by itself. Callers wait for the futures of the asynchronous
 * interface, for its synchronous one is a proxy over the same futures. Batches turn automatic flushing off and flush
 * by hand: its chapter on pipelining and command flushing.
 */
final class LettucePeer implements PeerClient {
    private static final long TIMEOUT_SECONDS = 10;

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final RedisAsyncCommands<String, String> async;
    private @Nullable RedisFuture<?>[] replies = new RedisFuture<?>[0];

    LettucePeer(ServerAddress server, Cell cell) {
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(server.host())
                .withPort(server.port())
                .withSsl(server.tls())
                .withDatabase(server.database());
        String password = server.password();
        String user = server.user();
        if (password != null && user != null) {
            uri.withAuthentication(user, password.toCharArray());
        } else if (password != null) {
            uri.withPassword(password.toCharArray());
        }
        client = RedisClient.create(uri.build());
        try {
            connection = client.connect(StringCodec.UTF8);
        } catch (RuntimeException e) {
            client.shutdown();
            throw e;
        }
        async = connection.async();
        if (cell.workload().shape() == Workload.Shape.BATCH) {
            connection.setAutoFlushCommands(false);
            replies = new RedisFuture<?>[cell.batch()];
        }
    }

    @Override
    public @Nullable String get(String key) throws Exception {
        return async.get(key).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void set(String key, String value) throws Exception {
        async.set(key, value).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<@Nullable String> getAsync(String key) {
        return async.get(key);
    }

    @Override
    public void getBatch(String[] keys, @Nullable String[] values) throws Exception {
        for (int i = 0; i < keys.length; i++) {
            replies[i] = async.get(keys[i]);
        }
        connection.flushCommands();
        for (int i = 0; i < keys.length; i++) {
            values[i] = (String) replies[i].get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void setBatch(String[] keys, String[] values) throws Exception {
        for (int i = 0; i < keys.length; i++) {
            replies[i] = async.set(keys[i], values[i]);
        }
        connection.flushCommands();
        for (int i = 0; i < keys.length; i++) {
            replies[i].get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(0, TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}
