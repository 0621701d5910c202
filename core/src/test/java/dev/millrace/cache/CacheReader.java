package dev.millrace.cache;

import dev.millrace.command.MillraceException;
import dev.millrace.promises.CheckedValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A thread that reads keys of a cache round and round, and tells what it was served. */
final class CacheReader implements AutoCloseable {
    /** What it does. */
    enum Way {
        /** Reads, and waits for what memory does not have. */
        WAITING,
        /** Also writes a key of its own now and then, and looks whether it sees it. */
        WRITING,
        /** Reads all at once, and waits. */
        IN_BULK,
        /** Takes what memory has, so that it goes on when nobody answers. */
        FROM_MEMORY
    }

    /** Between two rounds: others are to have processors too. */
    private static final long PAUSE_NANOS = 200_000;

    private static final int OWN_EACH = 10;

    private final String name;
    private final Cache<String, String> cache;
    private final List<String> keys;
    private final Way way;
    private final Consumer<String> told;
    private final Map<String, Served> last = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;
    private long own;

    /** Readers of every way, in a process of this name. */
    static List<CacheReader> ofEveryWay(
            String process, Cache<String, String> cache, CacheSetup setup, Consumer<String> told) {
        return Arrays.stream(Way.values())
                .filter(way -> way != Way.WRITING || setup.ownWrites())
                .map(way -> new CacheReader(process + "-" + way, cache, setup.keyNames(), way, told))
                .toList();
    }

    /** @param told hears lines for a {@link CoherenceLedger}; by the reading thread */
    CacheReader(String name, Cache<String, String> cache, List<String> keys, Way way, Consumer<String> told) {
        this.name = name;
        this.cache = cache;
        this.keys = keys;
        this.way = way;
        this.told = told;
        this.thread = (way == Way.WRITING ? Thread.ofVirtual() : Thread.ofPlatform())
                .name(name)
                .start(this::run);
    }

    private void run() {
        for (long round = 0; !closed; round++) {
            if (way == Way.IN_BULK) {
                readAll();
            } else {
                keys.forEach(this::read);
            }
            if (way == Way.WRITING && round % OWN_EACH == 0) {
                writeOwn();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        last.values().forEach(each -> told.accept(each.line()));
    }

    private void read(String key) {
        long began = System.nanoTime();
        try {
            String value = way == Way.FROM_MEMORY ? cache.getIfCached(key) : cache.get(key);
            if (value == null && way == Way.FROM_MEMORY) {
                return; // it may be that there is none, and that nothing is known
            }
            note(key, value, began);
        } catch (MillraceException e) {
            // No answer is none that is old.
        } catch (RuntimeException e) {
            told.accept(name + " was thrown " + e);
        }
    }

    private void readAll() {
        long began = System.nanoTime();
        try {
            Map<String, String> values = cache.getAll(keys);
            keys.forEach(key -> note(key, values.get(key), began));
        } catch (MillraceException e) {
            // No answer is none that is old.
        } catch (RuntimeException e) {
            told.accept(name + " was thrown " + e);
        }
    }

    private void note(String key, @Nullable String value, long began) {
        long version = version(key, value);
        Served before = last.put(key, new Served(name, key, version, began));
        if (before != null && before.version() != version) {
            told.accept(before.line());
        }
    }

    private void writeOwn() {
        String key = "own-" + name;
        try {
            long version = ++own;
            if (cache.set(key, new CheckedValue(key, version).text(40)).isOk()) {
                String seen = cache.get(key);
                if (seen != null && version(key, seen) != version) {
                    told.accept(name + " wrote " + version + " and sees " + seen);
                }
            }
        } catch (MillraceException e) {
            // No answer.
        }
    }

    private static long version(String key, @Nullable String value) {
        if (value == null) {
            return 0;
        }
        CheckedValue checked = CheckedValue.parse(value);
        if (!checked.key().equals(key)) {
            throw new IllegalArgumentException("a value of " + checked.key() + " for " + key);
        }
        return checked.sequence();
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(java.time.Duration.ofSeconds(20))) {
                throw new AssertionError(name + " has not ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
