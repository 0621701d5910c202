package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.Shelf.Aside;
import dev.millrace.command.Command;
import dev.millrace.command.Keys;
import dev.millrace.command.Lists;
import dev.millrace.command.MillraceException;
import dev.millrace.connection.Unit;
import dev.millrace.topology.Dispatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Reads keys into memory before anybody asks for them: in batches of one round trip per master, no faster than it is told.
 * Remembers at the server which keys are hot, for a process that starts.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Warming<K, V> {
    private static final int BATCH = 100;
    private static final int OWN_RATE = 5_000;

    private final CacheOptions<K, V> options;
    private final Memory<K, V> memory;
    private final Shelf<K, V> shelf;
    private final BulkFetching<K, V> bulk;
    private final Dispatch dispatch;
    private final long commandNanos;
    private final AtomicBoolean wanted = new AtomicBoolean();

    Warming(
            CacheOptions<K, V> options,
            Memory<K, V> memory,
            Shelf<K, V> shelf,
            BulkFetching<K, V> bulk,
            Dispatch dispatch,
            long commandNanos) {
        this.options = options;
        this.memory = memory;
        this.shelf = shelf;
        this.bulk = bulk;
        this.dispatch = dispatch;
        this.commandNanos = commandNanos;
    }

    /**
     * Reads keys; loads nothing.
     *
     * @return how many had a value
     * @throws MillraceException if the server does not answer; what was read by then is in memory
     */
    int warm(Collection<K> keys, int perSecond, Consumer<WarmProgress> progress) {
        List<K> all = new ArrayList<>(new LinkedHashSet<>(keys));
        long started = System.nanoTime();
        int warmed = 0;
        for (int from = 0; from < all.size(); from += BATCH) {
            List<K> batch = all.subList(from, Math.min(all.size(), from + BATCH));
            awaitTurn(started, from, perSecond);
            if (Thread.currentThread().isInterrupted()) {
                return warmed;
            }
            warmed += read(batch);
            progress.accept(new WarmProgress(from + batch.size(), all.size(), warmed));
        }
        return warmed;
    }

    private static void awaitTurn(long started, int done, int perSecond) {
        long due = started + (long) (done * 1e9 / perSecond);
        while (due - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private int read(List<K> batch) {
        BulkFetching.Bulk<K, V> read = bulk.fetch(batch, null, null);
        MillraceException unread = read.unread();
        if (unread != null) {
            throw unread.raised();
        }
        return read.values().size();
    }

    // ---- hot keys ----

    /** Memory has lost what it knew: to be read again when there is time. */
    void wanted() {
        wanted.set(true);
    }

    /** Reads the hottest keys again if that is wanted; wants it still when the server does not answer. */
    void warmIfWanted() {
        if (wanted.compareAndSet(true, false)) {
            try {
                int unused = warm(memory.hottest(options.warm()), OWN_RATE, progress -> {});
            } catch (MillraceException e) {
                wanted.set(true);
            }
        }
    }

    /** Reads the keys that were hot when that was last noted. */
    void warmFromNotes() {
        List<byte[]> noted = dispatch.run(Lists.lrange(notes(), 0, options.warm() - 1L), commandNanos);
        if (noted == null) {
            return;
        }
        List<K> keys = new ArrayList<>();
        for (byte[] bytes : noted) {
            K key = options.keys().decode(bytes);
            if (key != null) {
                keys.add(key);
            }
        }
        int unused = warm(keys, OWN_RATE, progress -> {});
    }

    /** Notes at the server which keys are hot; leaves what was noted where none is. */
    void note() {
        List<byte[]> hot = memory.hottest(options.warm()).stream()
                .map(options.keys()::encode)
                .toList();
        if (!hot.isEmpty()) {
            Command<Long> fresh = Lists.rpush(notes(), hot.toArray(byte[][]::new));
            Unit unit = new Unit(List.of(Keys.unlink(notes()), fresh), true);
            MillraceException unused = dispatch.run(unit, commandNanos);
        }
    }

    private byte[] notes() {
        return shelf.aside(Aside.HOT, new byte[0]);
    }
}
