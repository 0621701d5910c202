package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.Misuse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Caches of one kind of value, one for each partition (a tenant, a shop, a customer), each with its own budget, times to
 * live, codec and policy: what one puts in pushes nothing of another out.
 *
 * <pre>{@code
 * CachePartitions<String, String> tenants = redis.cachePartitions(PartitionOptions.of(
 *         CacheOptions.ofStrings("tenants").maxEntries(1_000).build()));
 * tenants.of("acme").set("greeting", "hello");
 * }</pre>
 *
 * <p>The keys of a partition begin with the template's prefix, the partition's name, escaped, and a colon: whatever a
 * partition or a key is called, none reaches another's. A Redis user can be confined to one partition by that pattern. The
 * budgets are those of memory; Redis evicts by its own policy.
 *
 * <p>Thread-safe. A partition is opened when it is first asked for and stays open until it is closed, or all are.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class CachePartitions<K, V> implements AutoCloseable {
    private final PartitionOptions<K, V> options;
    private final CacheOpener opener;
    private final ReentrantLock opening = new ReentrantLock();

    /** Written under {@code opening} only. */
    private final ConcurrentMap<String, Cache<K, V>> open = new ConcurrentHashMap<>();

    @GuardedBy("opening")
    private boolean closed;

    /** None is open yet. {@code Millrace.cachePartitions} makes these. */
    public CachePartitions(PartitionOptions<K, V> options, CacheOpener opener) {
        this.options = options;
        this.opener = opener;
    }

    /**
     * The cache of a partition, which need not be closed.
     *
     * @throws Misuse if as many are open as may be, or these are closed
     * @throws IllegalArgumentException if the name is no Unicode text, or the partition's own options are out of range
     */
    public Cache<K, V> of(String partition) {
        Cache<K, V> held = open.get(partition);
        return held != null ? held : opened(partition);
    }

    private Cache<K, V> opened(String partition) {
        opening.lock();
        try {
            Cache<K, V> held = open.get(partition);
            if (held != null) {
                return held;
            }
            if (closed) {
                throw new Misuse("the partitions of " + options.template().name() + " are closed");
            }
            if (open.size() >= options.most()) {
                throw new Misuse("all " + options.most() + " partitions of "
                        + options.template().name()
                        + " are open; close one that is not needed any more, or allow more by PartitionOptions.atMost");
            }
            Cache<K, V> cache = opener.open(options.of(partition));
            open.put(partition, cache);
            return cache;
        } finally {
            opening.unlock();
        }
    }

    /** The names of the open partitions, in alphabetical order. */
    public List<String> names() {
        return open.keySet().stream().sorted().toList();
    }

    /** The counters of each open partition, in alphabetical order; walks through their memory. */
    public Map<String, CacheStatistics> statistics() {
        Map<String, CacheStatistics> each = new TreeMap<>();
        open.forEach((partition, cache) -> each.put(partition, cache.statistics()));
        return each;
    }

    /**
     * Closes one partition and makes room for another; what it has in Redis stays. Asking for it again opens it anew.
     *
     * @return whether it was open
     */
    public boolean close(String partition) {
        Cache<K, V> cache;
        opening.lock();
        try {
            cache = open.remove(partition);
        } finally {
            opening.unlock();
        }
        if (cache == null) {
            return false;
        }
        cache.close();
        return true;
    }

    /** Closes all partitions; none can be opened any more. */
    @Override
    public void close() {
        List<Cache<K, V>> all;
        opening.lock();
        try {
            closed = true;
            all = new ArrayList<>(open.values());
            open.clear();
        } finally {
            opening.unlock();
        }
        all.forEach(Cache::close);
    }
}
