package dev.millrace.tools.bench;

import static java.util.Objects.requireNonNull;

import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheEntry;
import dev.millrace.cache.CacheOptions;
import dev.millrace.cache.Fetched;
import dev.millrace.cache.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one trial as a cache has them: it is opened before each run, with nothing in memory, and closed when the
 * run has been compared. Confined to one thread.
 */
final class CachedEntries {
    /** So many keys are read so that what the server has to tell of earlier ones has arrived, from every master. */
    private static final int SETTLING = 200;

    private final Setting setting;
    private final Entries entries;
    private final List<String> keys = new ArrayList<>();
    private @Nullable Cache<String, String> cache;

    /** So many entries of that name. */
    CachedEntries(Setting setting, String name, int count) {
        this.setting = setting;
        this.entries = new Entries(setting.keys(), name, count);
        for (int place = 0; place < count; place++) {
            keys.add(keyOf(setting, entries.key(place)));
        }
    }

    /** Options of a cache whose keys are those of the suite, without their common prefix. */
    static CacheOptions.Builder<String, String> options(Setting setting) {
        return CacheOptions.ofStrings("bench").prefix(setting.keys().prefix());
    }

    /** What such a cache calls a key. */
    static String keyOf(Setting setting, String address) {
        return address.substring(setting.keys().prefix().length());
    }

    int count() {
        return keys.size();
    }

    /** Opens the cache; nothing is stored yet. */
    void open(Run run) {
        entries.prepare(run);
        openCache();
    }

    /** Opens the cache; everything is on the server, and nothing in memory. */
    void openFilled(Run run) {
        entries.prepareFilled(run, setting.direct());
        Cache<String, String> opened = openCache();
        Map<String, String> settled = opened.getAll(keys.subList(0, Math.min(SETTLING, keys.size())));
        opened.clearMemory();
        if (settled.isEmpty()) {
            throw new IllegalStateException("what was just written is not there");
        }
    }

    private Cache<String, String> openCache() {
        Cache<String, String> opened = setting.redis()
                .cache(options(setting).maxEntries(keys.size() + 1L).build());
        cache = opened;
        return opened;
    }

    private Cache<String, String> cache() {
        return requireNonNull(cache, "the cache is not open");
    }

    /** {@code set}. */
    void writeOne(int place) {
        cache().set(keys.get(place), entries.value(place)).orThrow();
    }

    /** {@code pipelineSet}, places {@code from} to before {@code to}, each with a time to live of its own. */
    void writeBatch(int from, int to) {
        List<CacheEntry<String, String>> some = new ArrayList<>(to - from);
        for (int place = from; place < to; place++) {
            some.add(CacheEntry.of(keys.get(place), entries.value(place), Duration.ofMillis(300_000 + place)));
        }
        cache().pipelineSet(some).values().forEach(Written::orThrow);
    }

    /** {@code get}, of what is not in memory. */
    void readOne(int place) {
        entries.found(place, cache().get(keys.get(place)));
    }

    /** {@code getAll}, of what is not in memory. */
    void readAll(int from, int to) {
        Map<String, String> values = cache().getAll(keys.subList(from, to));
        for (int place = from; place < to; place++) {
            entries.found(place, values.get(keys.get(place)));
        }
    }

    /** {@code pipelineGet}, which never looks into memory. */
    void readPast(int from, int to) {
        Map<String, Fetched<String>> values = cache().pipelineGet(keys.subList(from, to));
        for (int place = from; place < to; place++) {
            entries.found(place, requireNonNull(values.get(keys.get(place))).value());
        }
    }

    /** Closes the cache and compares what was found. */
    Optional<String> difference() {
        cache().close();
        return entries.difference();
    }

    /** Closes the cache, reads everything back by another client, and compares. */
    Optional<String> differenceOnServer() {
        cache().close();
        return entries.differenceOnServer(setting.direct());
    }
}
