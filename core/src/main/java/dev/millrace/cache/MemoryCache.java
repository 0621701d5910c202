package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Memory alone: the level of {@link Cache} that needs no server. Bounded, with times to live by class or by entry, and
 * loads that are shared by those who wait for the same value.
 *
 * <p>Entries whose time is over are not answered, and swept every 5 min or pushed out by others. Thread-safe. Close it to
 * end the sweeping.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class MemoryCache<K, V> implements AutoCloseable {
    private static final Duration SWEEP_EACH = Duration.ofMinutes(5);

    private final String name;
    private final Memory<K, V> memory;
    private final Ttls ttls = new Ttls(Ttls.DEFAULTS);
    private final Counters counters = new Counters();
    private final LongSupplier nanoTime;
    private final Upkeep upkeep;

    /**
     * An empty cache.
     *
     * @param name for its meters and the thread that sweeps it
     * @param maxEntries how many entries it holds at the most
     * @throws IllegalArgumentException if that is not positive
     */
    public MemoryCache(String name, long maxEntries) {
        this(name, maxEntries, System::nanoTime);
    }

    MemoryCache(String name, long maxEntries, LongSupplier nanoTime) {
        this.name = name;
        this.memory = new Memory<>(new CacheOptions.Bound(maxEntries, false).most());
        this.nanoTime = nanoTime;
        this.upkeep = new Upkeep(name);
        upkeep.each(SWEEP_EACH, this::sweep);
    }

    /** The value of a key, or null. */
    public @Nullable V get(K key) {
        Entry<V> held = memory.find(key);
        if (held != null && held.isValid(nanoTime.getAsLong())) {
            counters.hits.increment();
            return held.value;
        }
        counters.misses.increment();
        return null;
    }

    /** As {@link #get(Object, TtlClass, Loader)}, for 5 min. */
    public @Nullable V get(K key, Loader<K, V> loader) {
        return get(key, TtlClass.DEFAULT, loader);
    }

    /**
     * The value of a key, loaded where there is none; those who miss it at the same time wait for one load. A loaded null
     * is not kept.
     *
     * @throws LoadFailure if it can't be loaded, or the calling thread is interrupted while it waits for another's load
     */
    public @Nullable V get(K key, TtlClass ttlClass, Loader<K, V> loader) {
        V held = get(key);
        return held != null ? held : load(key, ttlClass, loader);
    }

    private @Nullable V load(K key, TtlClass ttlClass, Loader<K, V> loader) {
        while (true) {
            Flight<V> mine = new Flight<>(true);
            Flight<V> flight = memory.join(key, mine);
            if (flight == mine) {
                return lead(key, mine, ttls.of(ttlClass), loader);
            }
            if (flight.isLedByCaller()) {
                throw new IllegalStateException("a loader asks for the key that it loads");
            }
            counters.coalesced.increment();
            Flight.Landing<V> landing;
            try {
                landing = flight.await(Long.MAX_VALUE / 2 + System.nanoTime());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LoadFailure("the calling thread was interrupted while another loaded the value", e);
            }
            if (landing != null && !landing.again()) {
                if (landing.failure() instanceof LoadFailure failure) {
                    throw failure.again();
                }
                return landing.value();
            }
        }
    }

    private @Nullable V lead(K key, Flight<V> mine, Duration ttl, Loader<K, V> loader) {
        Flight.Landing<V> landing = Flight.Landing.hindered(new LoadFailure("the load ended early"));
        long started = nanoTime.getAsLong();
        try {
            V value = loader.load(key);
            counters.loaded(nanoTime.getAsLong() - started);
            if (value != null && !ttl.isZero()) {
                boolean unused = memory.keep(key, mine, entry(value, ttl));
            }
            landing = Flight.Landing.of(value);
            return value;
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            counters.loadFailures.increment();
            LoadFailure failure = new LoadFailure(
                    "a value could not be loaded: the loader threw "
                            + e.getClass().getSimpleName(),
                    e);
            landing = e instanceof InterruptedException
                    ? Flight.Landing.hindered(failure)
                    : Flight.Landing.failed(failure);
            throw failure;
        } finally {
            memory.remove(key, mine);
            mine.land(landing);
        }
    }

    /** Holds a value for 1 min, or what {@link TtlClass#SHORT} is set to. */
    public void setShort(K key, V value) {
        set(key, value, TtlClass.SHORT);
    }

    /** Holds a value for 5 min, or what {@link TtlClass#MEDIUM} is set to. */
    public void setMedium(K key, V value) {
        set(key, value, TtlClass.MEDIUM);
    }

    /** Holds a value for 30 min, or what {@link TtlClass#LONG} is set to. */
    public void setLong(K key, V value) {
        set(key, value, TtlClass.LONG);
    }

    /** Holds a value for as long as its class says. */
    public void set(K key, V value, TtlClass ttlClass) {
        set(key, value, ttls.of(ttlClass));
    }

    /**
     * Holds a value for so long; zero: it is not held, and what was there is forgotten. A load that is under way is
     * handed to those who wait, and not kept.
     *
     * @throws IllegalArgumentException if it is negative, below 1 ms, or longer than ten years
     */
    public void set(K key, V value, Duration ttl) {
        Duration lasting = Ttls.checked(ttl);
        if (lasting.isZero()) {
            memory.forget(key);
        } else {
            memory.put(key, entry(value, lasting));
        }
    }

    private Entry<V> entry(V value, Duration ttl) {
        long endsAt = nanoTime.getAsLong() + ttl.toNanos();
        return new Entry<>(value, endsAt, endsAt, endsAt, 1, false, null);
    }

    /** Forgets a key. */
    public void invalidate(K key) {
        memory.forget(key);
    }

    /** Forgets all. */
    public void clear() {
        memory.clear();
    }

    /** Changes how long what is of a class lives, from now on; zero switches caching off for it. */
    public void ttl(TtlClass of, Duration ttl) {
        ttls.set(of, ttl);
    }

    /** The counters at this moment; those of the server are zero. Walks through memory. */
    public CacheStatistics statistics() {
        return counters.statistics(memory, nanoTime.getAsLong());
    }

    String name() {
        return name;
    }

    Counters counters() {
        return counters;
    }

    Memory<K, V> memory() {
        return memory;
    }

    /** Drops what has ended. */
    void sweep() {
        int unused = memory.sweep(nanoTime.getAsLong(), 0);
    }

    /** Ends the sweeping and forgets all. */
    @Override
    public void close() {
        upkeep.close();
        memory.clear();
    }
}
