package dev.millrace.bench.client;

import dev.millrace.bench.workload.Workload;
import glide.api.GlideClient;
import glide.api.models.Batch;
import glide.api.models.configuration.GlideClientConfiguration;
import glide.api.models.configuration.NodeAddress;
import glide.api.models.configuration.ServerCredentials;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Valkey GLIDE: one client that all callers share, for it multiplexes its one connection; non-atomic batches. Its
 * limit of commands under way is raised above the most that any cell has, else it would refuse some.
 */
final class GlidePeer implements PeerClient {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final GlideClient client;

    private GlidePeer(GlideClient client) {
        this.client = client;
    }

    static GlidePeer open(ServerAddress server) throws Exception {
        var configuration = GlideClientConfiguration.builder()
                .address(NodeAddress.builder()
                        .host(server.host())
                        .port(server.port())
                        .build())
                .useTLS(server.tls())
                .requestTimeout(TIMEOUT_MILLIS)
                .inflightRequestsLimit(2 * Workload.WINDOW)
                .databaseId(server.database());
        String password = server.password();
        String user = server.user();
        if (password != null) {
            var credentials = ServerCredentials.builder().password(password);
            if (user != null) {
                credentials.username(user);
            }
            configuration.credentials(credentials.build());
        }
        try {
            return new GlidePeer(
                    GlideClient.createClient(configuration.build()).get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
        } catch (LinkageError e) {
            throw new PeerUnavailable(
                    "it has no native library for " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch"),
                    e);
        }
    }

    @Override
    public @Nullable String get(String key) throws Exception {
        return client.get(key).get();
    }

    @Override
    public void set(String key, String value) throws Exception {
        client.set(key, value).get();
    }

    @Override
    public CompletionStage<@Nullable String> getAsync(String key) {
        return client.get(key);
    }

    @Override
    public void getBatch(String[] keys, @Nullable String[] values) throws Exception {
        Batch batch = new Batch(false);
        for (String key : keys) {
            batch.get(key);
        }
        Object[] replies = client.exec(batch, true).get();
        for (int i = 0; i < keys.length; i++) {
            values[i] = (String) replies[i];
        }
    }

    @Override
    public void setBatch(String[] keys, String[] values) throws Exception {
        Batch batch = new Batch(false);
        for (int i = 0; i < keys.length; i++) {
            batch.set(keys[i], values[i]);
        }
        client.exec(batch, true).get();
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (ExecutionException e) {
            throw new IllegalStateException("GLIDE did not close", e);
        }
    }
}
