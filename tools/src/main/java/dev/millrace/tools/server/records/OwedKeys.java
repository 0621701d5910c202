package dev.millrace.tools.server.records;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.Cache;
import dev.millrace.cache.Written;
import dev.millrace.command.MillraceException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Keys whose new values Redis could not be given: what it holds of them is not to be believed by this process, which deletes it as
 * soon as Redis takes that. Other processes may be shown the old value until then, and if this one dies first, until its time to live
 * is over. Remembers {@value #MOST} keys; with more it is all that is owed.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a concurrent map
final class OwedKeys implements AutoCloseable {
    private static final int MOST = 100_000;
    private static final int AT_ONCE = 1_000;
    private static final long AGAIN_AFTER = 250_000_000L;

    private final Cache<Long, ?> cache;
    private final String tag;

    /** By key, which of the debts it is: one that comes while an older one is paid stays. */
    private final Map<Long, Long> owed = new ConcurrentHashMap<>();

    private final AtomicLong debts = new AtomicLong();
    private final AtomicLong all = new AtomicLong();
    private final Thread thread =
            Thread.ofVirtual().name("millrace-records-owed").unstarted(this::work);
    private volatile boolean closing;

    /** @param tag what all keys have */
    OwedKeys(Cache<Long, ?> cache, String tag) {
        this.cache = cache;
        this.tag = tag;
    }

    void start() {
        thread.start();
    }

    void add(long key) {
        if (owed.size() >= MOST) {
            all.set(debts.incrementAndGet());
        } else {
            owed.put(key, debts.incrementAndGet());
        }
        LockSupport.unpark(thread);
    }

    /** Whether what Redis holds of a key is not to be believed. */
    boolean concern(long key) {
        return all.get() != 0 || owed.containsKey(key);
    }

    int size() {
        return owed.size();
    }

    private void work() {
        while (!closing) {
            if (owed.isEmpty() && all.get() == 0) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, AGAIN_AFTER);
                pay();
            }
        }
    }

    private void pay() {
        try {
            long whole = all.get();
            if (whole != 0) {
                long unused = cache.invalidateTag(tag);
                boolean paid = all.compareAndSet(whole, 0);
            }
            Map<Long, Long> some = new HashMap<>();
            for (Map.Entry<Long, Long> each : owed.entrySet()) {
                some.put(each.getKey(), each.getValue());
                if (some.size() == AT_ONCE) {
                    break;
                }
            }
            for (Map.Entry<Long, Written> each : cache.invalidate(some.keySet()).entrySet()) {
                Long debt = some.get(each.getKey());
                if (each.getValue().isOk() && debt != null) {
                    owed.remove(each.getKey(), debt);
                }
            }
        } catch (MillraceException away) {
            // It stays owed, and is tried again.
        }
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
    }
}
