package dev.millrace.bench.client;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A client whose reads go through its cache. All hold {@link #IN_MEMORY} entries and let them live for a day. */
abstract class CachePeer implements PeerClient {
    /** What memory holds at the most: a tenth of the keys. */
    static final int IN_MEMORY = 10_000;

    @Override
    public final void set(String key, String value) throws Exception {
        setBatch(new String[] {key}, new String[] {value});
    }

    @Override
    public final CompletionStage<@Nullable String> getAsync(String key) {
        throw new UnsupportedOperationException("reads of a cache are not asynchronous");
    }

    @Override
    public void getBatch(String[] keys, @Nullable String[] values) throws Exception {
        for (int i = 0; i < keys.length; i++) {
            values[i] = get(keys[i]);
        }
    }
}
