package dev.millrace.bench.child;

import dev.millrace.bench.client.PeerClient;
import dev.millrace.bench.workload.Dataset;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A client whose server is a map that holds the data set. */
class MapClient implements PeerClient {
    private final Map<String, String> server = new ConcurrentHashMap<>();

    MapClient(Dataset data) {
        for (int index = 0; index < Dataset.KEYS; index++) {
            server.put(data.key(index), data.value(index, 0));
        }
    }

    @Override
    public @Nullable String get(String key) throws Exception {
        return server.get(key);
    }

    @Override
    public void set(String key, String value) {
        server.put(key, value);
    }

    @Override
    public CompletionStage<@Nullable String> getAsync(String key) throws Exception {
        return CompletableFuture.completedStage(get(key));
    }

    @Override
    public void getBatch(String[] keys, @Nullable String[] values) throws Exception {
        for (int i = 0; i < keys.length; i++) {
            values[i] = get(keys[i]);
        }
    }

    @Override
    public void setBatch(String[] keys, String[] values) {
        for (int i = 0; i < keys.length; i++) {
            set(keys[i], values[i]);
        }
    }

    @Override
    public void setElsewhere(String key, String value) {
        server.put(key, value);
    }

    @Override
    public void close() {}
}
