package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Rejected;
import dev.millrace.command.Strings;
import dev.millrace.connection.Epoch;
import dev.millrace.connection.InvalidationListener;
import dev.millrace.connection.Tracking;
import dev.millrace.connection.Unit;
import dev.millrace.topology.Dispatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A cache of two levels: memory, over Redis, kept coherent by the server's own messages.
 *
 * <pre>{@code
 * Cache<Long, Patient> patients = redis.cache(CacheOptions.builder("patients", KeyCodec.longs(), Codec.json(Patient.class))
 *         .loader(database::patient)
 *         .build());
 * Patient patient = patients.get(42L);
 * }</pre>
 *
 * <p><b>How old an answer may be.</b> While the server can be heard, a change is forgotten here as soon as its message
 * arrives: milliseconds after it was acknowledged to whoever made it, in any language. When messages stop without a sign,
 * memory answers for no longer than the client's freshness ({@code MillraceOptions.Builder.freshness}, 3 s) after the last
 * moment up to which all are known to have arrived. When the connection is lost, at once no longer. A key found absent is
 * believed absent for {@link CacheOptions.Builder#negative} at the most. A server that does not tell of changes is
 * believed for {@link CacheOptions.Times#untracked}. What {@link OutagePolicy.StaleOk} allows is beyond these bounds, and
 * counted.
 *
 * <p><b>Own writes</b> are seen by every read of this process that begins after they have returned. Memory never shows a
 * value before the server has acknowledged it.
 *
 * <p><b>Loads.</b> Those who miss the same key at the same time wait for one load; so do other processes, by a lease that
 * stands where the value will. A write or invalidation during a load ends the lease: the loaded value is handed to those
 * who wait, and not stored.
 *
 * <p>Thread-safe. Keys and values must not be changed once they are in the cache: memory hands out the very objects. Reads
 * throw only what is said at each; failed writes are told in their results. Close it to end its upkeep; closing the client
 * closes it too.
 *
 * @param <K> keys; with {@code equals} and {@code hashCode}, and an invertible {@link
 *     dev.millrace.cache.codec.KeyCodec}
 * @param <V> values
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class Cache<K, V> implements AutoCloseable {
    private static final Duration SWEEP_EACH = Duration.ofMinutes(5);
    private static final Duration NOTE_EACH = Duration.ofMinutes(1);
    private static final Duration WARM_EACH = Duration.ofSeconds(1);

    private final CacheOptions<K, V> options;
    private final Memory<K, V> memory;
    private final Counters counters = new Counters();
    private final Ttls ttls;
    private final EarlyRefresh early;
    private final Shelf<K, V> shelf;
    private final Fetching<K, V> fetching;
    private final BulkFetching<K, V> bulk;
    private final Filling<K, V> filling;
    private final Writing<K, V> writing;
    private final Warming<K, V> warming;
    private final Dispatch dispatch;
    private final long commandNanos;
    private final Upkeep upkeep;
    private final Runnable closed;
    private final @Nullable Loader<K, V> loader;
    /** Memory is not asked: caching is switched off, or nobody tells this cache of changes any more. */
    private volatile boolean off;

    private volatile boolean isClosed;

    Cache(
            CacheOptions<K, V> options,
            Dispatch dispatch,
            long commandNanos,
            Duration freshness,
            InvalidationListener listener,
            Runnable closed) {
        this.options = options;
        this.dispatch = dispatch;
        this.commandNanos = commandNanos;
        this.closed = closed;
        this.loader = options.loader();
        this.memory = new Memory<>(options.bound().most());
        this.ttls = new Ttls(options.ttls());
        this.early = new EarlyRefresh(options.beta());
        this.shelf = new Shelf<>(options, ttls, early);
        Tracking tracking = options.broadcast() ? Tracking.broadcast(options.prefix()) : Tracking.OPT_IN;
        TrackedReads reads = new TrackedReads(dispatch, tracking, freshness, listener);
        Tags tags = new Tags(dispatch, shelf);
        this.filling = new Filling<>(options, memory, shelf, dispatch, tags, early, counters, commandNanos);
        long joinableNanos =
                Math.min(freshness.toNanos(), options.times().untracked().toNanos());
        this.fetching = new Fetching<>(options, memory, shelf, reads, filling, counters, commandNanos, joinableNanos);
        this.bulk = new BulkFetching<>(memory, shelf, reads, fetching, filling, commandNanos);
        this.writing = new Writing<>(options, memory, shelf, dispatch, tags, counters, commandNanos);
        this.warming = new Warming<>(options, memory, shelf, bulk, dispatch, commandNanos);
        this.off = ttls.of(TtlClass.DEFAULT).isZero();
        this.upkeep = new Upkeep(options.name());
        upkeep.each(SWEEP_EACH, this::sweep);
        if (options.warm() > 0) {
            upkeep.soon(warming::warmFromNotes);
            upkeep.each(NOTE_EACH, this::noteHotKeys);
            upkeep.each(WARM_EACH, warming::warmIfWanted);
        }
    }

    // ---- reading ----

    /**
     * The value of a key: from memory, else from Redis, else from the loader of the options, if there is one.
     *
     * @return null where there is none
     * @throws LoadFailure if it can't be loaded
     * @throws MillraceException if Redis does not answer and the policy is to {@linkplain OutagePolicy#fail() fail}, if
     *     the calling thread is interrupted, or if the cache is closed
     */
    public @Nullable V get(K key) {
        return get(key, loader);
    }

    /**
     * As {@link #get(Object)}, with a loader of one's own.
     *
     * @throws LoadFailure if it can't be loaded
     * @throws MillraceException as {@link #get(Object)}
     */
    public @Nullable V get(K key, @Nullable Loader<K, V> from) {
        Entry<V> held = memory.find(key);
        if (held != null) {
            long now = System.nanoTime();
            if (held.isValid(now) && !off && (!held.unasked || from == null)) {
                counters.hits.increment();
                if (now - held.refreshFrom >= 0) {
                    refreshEarly(key, held, now, from);
                }
                return held.value;
            }
        }
        counters.misses.increment();
        return off ? loaded(key, from) : fetching.fetch(key, from);
    }

    /** What memory has of a key; asks nobody, waits for nothing and allocates nothing. Null where it has nothing valid. */
    public @Nullable V getIfCached(K key) {
        Entry<V> held = memory.find(key);
        if (held != null && held.isValid(System.nanoTime()) && !off) {
            counters.hits.increment();
            return held.value;
        }
        counters.misses.increment();
        return null;
    }

    /** Whether memory would answer a read of a key now; counts nothing, for whoever tells where answers come from. */
    public boolean isCached(K key) {
        Entry<V> held = memory.find(key);
        return held != null && held.isValid(System.nanoTime()) && !off;
    }

    /** Caching is switched off: nothing is coalesced, for nothing would be shared. */
    private @Nullable V loaded(K key, @Nullable Loader<K, V> from) {
        checkOpen();
        Flight.Landing<V> landing = filling.loadOnly(key, from);
        RuntimeException failure = landing.failure();
        if (failure != null) {
            throw failure;
        }
        return landing.value();
    }

    private void refreshEarly(K key, Entry<V> held, long now, @Nullable Loader<K, V> from) {
        if (from != null && early.isDue(held.endsAt, now) && held.beginRefresh()) {
            Thread unused = Thread.ofVirtual().name("millrace-cache-refresh").start(() -> {
                try {
                    filling.refresh(key, from);
                } finally {
                    held.endRefresh();
                }
            });
        }
    }

    /**
     * The values of some keys: what memory does not have in one round trip per master, what Redis does not have from the
     * bulk loader in one call, or from the loader one by one.
     *
     * @return in the order of the keys; those without a value are left out
     * @throws LoadFailure if some can't be loaded; the others were, and are in the cache
     * @throws MillraceException as {@link #get(Object)}
     */
    public Map<K, V> getAll(Collection<K> keys) {
        Map<K, V> found = new HashMap<>();
        List<K> missing = new ArrayList<>();
        boolean loads = loader != null || options.bulkLoader() != null;
        long now = System.nanoTime();
        for (K key : new LinkedHashSet<>(keys)) {
            Entry<V> held = memory.find(key);
            if (held != null && held.isValid(now) && !off && (!held.unasked || !loads)) {
                counters.hits.increment();
                if (held.value != null) {
                    found.put(key, held.value);
                }
            } else {
                counters.misses.increment();
                missing.add(key);
            }
        }
        if (!missing.isEmpty()) {
            found.putAll(
                    off
                            ? loaded(missing)
                            : bulk.fetch(missing, loader, options.bulkLoader()).values());
        }
        Map<K, V> ordered = LinkedHashMap.newLinkedHashMap(found.size());
        for (K key : keys) {
            V value = found.get(key);
            if (value != null) {
                ordered.put(key, value);
            }
        }
        return ordered;
    }

    private Map<K, V> loaded(List<K> keys) {
        BulkLoader<K, V> all = options.bulkLoader();
        Map<K, V> values = new HashMap<>();
        Loader<K, V> single = all == null ? loader : Filling.found(keys, all);
        for (K key : keys) {
            V value = loaded(key, single);
            if (value != null) {
                values.put(key, value);
            }
        }
        return values;
    }

    /**
     * The values of some keys as Redis has them now, in one round trip per master, past memory and loader.
     *
     * @return for each key its value or its error, in the order of the keys
     */
    public Map<K, Fetched<V>> pipelineGet(Collection<K> keys) {
        List<K> all = new ArrayList<>(new LinkedHashSet<>(keys));
        Map<K, Fetched<V>> fetched = LinkedHashMap.newLinkedHashMap(all.size());
        if (all.isEmpty()) {
            return fetched;
        }
        List<Command<?>> commands = new ArrayList<>(all.size());
        all.forEach(key -> commands.add(Strings.get(shelf.address(key))));
        Unit unit = new Unit(commands, false);
        MillraceException whole = dispatch.run(unit, commandNanos);
        for (int i = 0; i < all.size(); i++) {
            fetched.put(all.get(i), fetched(unit.outcome(i, whole)));
        }
        return fetched;
    }

    private Fetched<V> fetched(@Nullable Object outcome) {
        if (outcome instanceof MillraceException failure) {
            counters.readFailures.increment();
            return new Fetched<>(null, failure);
        }
        if (outcome == null) {
            counters.remoteMisses.increment();
            return new Fetched<>(null, null);
        }
        return switch (shelf.decode((byte[]) outcome)) {
            case Stored.Found<V> found -> {
                counters.remoteHits.increment();
                yield new Fetched<>(found.value(), null);
            }
            case Stored.Unreadable<V> unreadable -> {
                counters.unreadable.increment();
                yield new Fetched<>(null, null);
            }
            case Stored.None<V> none -> new Fetched<>(null, null);
            case Stored.Leased<V> leased -> new Fetched<>(null, null);
        };
    }

    // ---- writing ----

    /** Writes a value of the default class. The result tells whether the server has it. */
    public Written set(K key, V value) {
        return set(CacheEntry.of(key, value));
    }

    /** Writes a value of a class. */
    public Written set(K key, V value, TtlClass ttlClass) {
        return set(CacheEntry.of(key, value, ttlClass));
    }

    /** Writes a value with a time to live of its own. */
    public Written set(K key, V value, Duration ttl) {
        return set(CacheEntry.of(key, value, ttl));
    }

    /** Writes an entry. */
    public Written set(CacheEntry<K, V> entry) {
        return Objects.requireNonNull(pipelineSet(List.of(entry)).get(entry.key()));
    }

    /** Writes a value for 1 min, or what {@link TtlClass#SHORT} is set to. */
    public Written setShort(K key, V value) {
        return set(key, value, TtlClass.SHORT);
    }

    /** Writes a value for 5 min, or what {@link TtlClass#MEDIUM} is set to. */
    public Written setMedium(K key, V value) {
        return set(key, value, TtlClass.MEDIUM);
    }

    /** Writes a value for 30 min, or what {@link TtlClass#LONG} is set to. */
    public Written setLong(K key, V value) {
        return set(key, value, TtlClass.LONG);
    }

    /**
     * Writes entries in one round trip per master; in two where any has tags. Not atomic; of two entries of one key the
     * later one is written last.
     *
     * @return for each key, what became of it
     * @throws IllegalArgumentException if a TTL class has no time to live; nothing is written then
     */
    public Map<K, Written> pipelineSet(Collection<CacheEntry<K, V>> entries) {
        return writing.set(entries);
    }

    /** Deletes a key, here and everywhere, and ends whatever load of it is under way. */
    public Written invalidate(K key) {
        return Objects.requireNonNull(writing.delete(List.of(key)).get(key));
    }

    /** Deletes keys, in one round trip per master. */
    public Map<K, Written> invalidate(Collection<K> keys) {
        return writing.delete(keys);
    }

    /**
     * Deletes all that has a tag, here and everywhere, a thousand keys at a time; what comes to have it meanwhile may or
     * may not be among them.
     *
     * @return how many keys had it, those included that have ended by themselves since
     * @throws MillraceException if the server does not answer; what is left is deleted by the next that succeeds
     */
    public long invalidateTag(String tag) {
        return writing.deleteTagged(tag);
    }

    // ---- running ----

    /**
     * Changes how long what is of a class lives, from now on; zero switches caching off for it, and for the default class
     * switches the cache off as a whole: reads go to the loader each time.
     */
    public void ttl(TtlClass of, Duration ttl) {
        ttls.set(of, ttl);
        if (of.equals(TtlClass.DEFAULT)) {
            off = ttl.isZero() || isClosed;
            if (off) {
                memory.clear();
            }
        }
    }

    /**
     * Reads keys into memory, in batches of a hundred, and loads nothing.
     *
     * @param perSecond how many keys at the most
     * @param progress told after each batch, by this thread
     * @return how many had a value
     * @throws MillraceException if the server does not answer
     */
    public int warm(Collection<K> keys, int perSecond, Consumer<WarmProgress> progress) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("warming " + perSecond + " keys a second: it is at least 1");
        }
        return warming.warm(keys, perSecond, progress);
    }

    /** The keys in memory that are asked for most, the hottest first. */
    public List<K> hottest(int most) {
        return memory.hottest(most);
    }

    /**
     * Forgets what memory holds of a key, and lets nobody join a read of it that is under way; Redis keeps it. For whoever
     * changes the key by other means, a script: called before and after, it makes this client's readers see the change at
     * once, where the server's own word for it comes a moment later.
     */
    public void forget(K key) {
        memory.forget(key);
    }

    /** Forgets what memory holds; Redis keeps it. */
    public void clearMemory() {
        memory.clear();
    }

    /** The counters at this moment; walks through memory. */
    public CacheStatistics statistics() {
        return counters.statistics(memory, System.nanoTime());
    }

    /** The options it was made with. */
    public CacheOptions<K, V> options() {
        return options;
    }

    private void checkOpen() {
        if (isClosed) {
            throw new Rejected("the cache " + options.name() + " is closed").raised();
        }
    }

    void sweep() {
        int unused = memory.sweep(System.nanoTime(), options.outage().staleNanos());
    }

    /** What upkeep does each minute where hot keys are remembered. */
    void noteHotKeys() {
        warming.note();
    }

    Counters counters() {
        return counters;
    }

    Memory<K, V> memory() {
        return memory;
    }

    int flightsUnderWay() {
        return memory.flightsUnderWay();
    }

    void invalidated(byte[] address) {
        K key = shelf.key(address);
        if (key != null) {
            counters.invalidations.increment();
            memory.forget(key);
        }
    }

    void ended(Epoch epoch) {
        memory.ground();
        if (options.warm() > 0) {
            warming.wanted();
        }
    }

    /**
     * Ends its upkeep and forgets what memory holds; notes which keys were hot, if that is wanted. Reads are refused from
     * then on. Twice does nothing.
     */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        off = true;
        closed.run();
        upkeep.close();
        if (options.warm() > 0) {
            try {
                warming.note();
            } catch (MillraceException e) {
                // The client is closed already, or the server gone: what was noted a minute ago has to do.
            }
        }
        memory.close();
    }
}
