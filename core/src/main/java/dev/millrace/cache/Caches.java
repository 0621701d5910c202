package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Rejected;
import dev.millrace.connection.Epoch;
import dev.millrace.connection.InvalidationListener;
import dev.millrace.connection.Node;
import dev.millrace.connection.Timeouts;
import dev.millrace.topology.Dispatch;
import dev.millrace.topology.SlotLosses;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** The caches of one client, which share its tracked connections: hears of changes and hands them on. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class Caches implements InvalidationListener, AutoCloseable {
    private final Dispatch dispatch;
    private final long commandNanos;
    private final Duration freshness;
    private final List<Cache<?, ?>> open = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /**
     * None yet.
     *
     * @param commandTimeout how long one command may take
     * @param freshness for how long memory answers without having heard from the server
     */
    public Caches(Dispatch dispatch, Duration commandTimeout, Duration freshness) {
        this.dispatch = dispatch;
        this.commandNanos = Timeouts.nanosOf(commandTimeout);
        this.freshness = freshness;
        var unused = new SlotLosses(dispatch.topology(), Node::renewEpochs);
    }

    /** A cache; nothing is asked of the server before it is. @throws Rejected if the client is closed */
    public <K, V> Cache<K, V> open(CacheOptions<K, V> options) {
        if (closed) {
            throw new Rejected("the cache " + options.name() + " was not opened: the client is closed").raised();
        }
        AtomicReference<Cache<K, V>> self = new AtomicReference<>();
        Cache<K, V> cache =
                new Cache<>(options, dispatch, commandNanos, freshness, this, () -> open.remove(self.getPlain()));
        self.set(cache);
        open.add(cache);
        return cache;
    }

    @Override
    public void invalidated(byte[] key) {
        for (Cache<?, ?> cache : open) {
            cache.invalidated(key);
        }
    }

    @Override
    public void ended(Epoch epoch) {
        for (Cache<?, ?> cache : open) {
            cache.ended(epoch);
        }
    }

    /** Closes every cache. */
    @Override
    public void close() {
        closed = true;
        open.forEach(Cache::close);
    }
}
