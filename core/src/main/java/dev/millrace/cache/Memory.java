package dev.millrace.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The memory level: entries, bounded by Caffeine, and the flights that will bring more.
 *
 * <h2>Why no old value stays</h2>
 *
 * A value that is being read must not be kept if its key changes meanwhile, whichever message comes first. The steps:
 *
 * <ol>
 *   <li>A miss puts a flight into {@code flights} <em>before</em> the question is sent. Later callers join it, for as
 *       long as what it brings can't be too old for them.
 *   <li>The server remembers the question and says when the key changes, in the stream of the connection it was asked on.
 *   <li>{@link #forget}, for every change that is announced and around every write of our own, drops the entry, marks the
 *       flight and takes it out, so that a caller who comes after the change starts a flight of its own.
 *   <li>{@link #keep} puts the entry in only while its flight is still there and not marked.
 * </ol>
 *
 * 3 and 4 exclude each other for one key: both run inside {@code flights.compute} of that key. So for each change either
 * the flight is gone before it could be kept, or the entry is dropped after it was. Where changes can go unannounced (the
 * connection is lost, everything is flushed, slots move), {@link #ground} marks all flights, and the {@link
 * dev.millrace.connection.Epoch} of every entry ends: that needs no walk through the entries and leaves no gap.
 *
 * <p>Idea of filling by the reader and of marking what is under way: rueidis, and Redis's own notes on races of
 * client-side caching. Here the leader fills, after it has decoded: what holds is that the flight stands in the map
 * until then.
 *
 * <p>Lock order: a bin of {@code flights}, then Caffeine's own. Nothing in either calls out.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // both maps are
final class Memory<K, V> {
    private final com.github.benmanes.caffeine.cache.Cache<K, Entry<V>> entries;
    private final ConcurrentMap<K, Flight<V>> flights = new ConcurrentHashMap<>();
    private final LongAdder evictions = new LongAdder();
    private volatile boolean closed;

    /** @param maxWeight the sum of weights it may hold; evicts by frequency and recency beyond */
    Memory(long maxWeight) {
        this.entries = Caffeine.newBuilder()
                .maximumWeight(maxWeight)
                .weigher((K key, Entry<V> entry) -> entry.weight)
                .executor(Runnable::run)
                .evictionListener((key, entry, cause) -> evictions.increment())
                .build();
    }

    /** What is held of a key, valid or not. */
    @Nullable
    Entry<V> find(K key) {
        return entries.getIfPresent(key);
    }

    /** Puts an entry that no flight has brought, in the place of whatever one that is under way would bring. */
    void put(K key, Entry<V> entry) {
        flights.compute(key, (same, flight) -> {
            if (flight != null) {
                flight.mark();
            }
            entries.put(key, entry);
            return null;
        });
    }

    /**
     * The flight that is under way for a key, or {@code mine}, which is under way from now on: where there is no other,
     * and where what the other brings may be too old for who comes now.
     */
    Flight<V> join(K key, Flight<V> mine) {
        Flight<V> other = flights.putIfAbsent(key, mine);
        if (other == null) {
            return mine;
        }
        long now = System.nanoTime();
        if (other.isJoinable(now)) {
            return other;
        }
        return flights.compute(key, (same, current) -> {
            if (current != null && current.isJoinable(now)) {
                return current;
            }
            if (current != null) {
                current.mark();
            }
            return mine;
        });
    }

    /** Keeps what a flight brought, unless it was marked. Its flight ends with it. */
    boolean keep(K key, Flight<V> flight, Entry<V> entry) {
        boolean[] kept = new boolean[1];
        flights.computeIfPresent(key, (same, current) -> {
            if (current != flight) {
                return current;
            }
            if (!flight.isMarked() && !closed) {
                entries.put(key, entry);
                kept[0] = true;
            }
            return null;
        });
        return kept[0];
    }

    /** Ends a flight that brought nothing to keep. */
    void remove(K key, Flight<V> flight) {
        flights.remove(key, flight);
    }

    /** The key has changed, or is about to. */
    void forget(K key) {
        if (!flights.containsKey(key)) {
            // One that ended just now has put its entry in before it left; one that begins now asks after the change.
            // Most keys that are written are not held, and Caffeine looks faster than it removes.
            if (entries.asMap().containsKey(key)) {
                entries.invalidate(key);
            }
            return;
        }
        flights.compute(key, (same, flight) -> {
            if (flight != null) {
                flight.mark();
            }
            entries.invalidate(key);
            return null;
        });
    }

    /** Some keys may have changed: what of them is under way is not kept, and who comes later does not join it. */
    void forgetFlights(Predicate<K> which) {
        for (K key : flights.keySet()) {
            if (which.test(key)) {
                forget(key);
            }
        }
    }

    /** Anything may have changed: nothing that is under way is kept. */
    void ground() {
        for (K key : flights.keySet()) {
            flights.computeIfPresent(key, (same, flight) -> {
                flight.mark();
                return null;
            });
        }
    }

    void clear() {
        ground();
        entries.invalidateAll();
    }

    /** Nothing that flights bring is kept from now on: nobody would tell of its changes. */
    void close() {
        closed = true;
        clear(); // behind every keep that has not seen it
    }

    /** Drops what is not valid any more and has not been for longer than {@code staleNanos}. Answers how many. */
    int sweep(long now, long staleNanos) {
        int swept = 0;
        for (Map.Entry<K, Entry<V>> held : entries.asMap().entrySet()) {
            if (held.getValue().staleFor(now) >= staleNanos && entries.asMap().remove(held.getKey(), held.getValue())) {
                swept++;
            }
        }
        return swept;
    }

    /** How many entries there are, valid or not, and how many of them are. */
    long[] count(long now) {
        long total = 0;
        long valid = 0;
        for (Entry<V> entry : entries.asMap().values()) {
            total++;
            valid += entry.isValid(now) ? 1 : 0;
        }
        return new long[] {total, valid};
    }

    /** The keys that are asked for most, the hottest first. */
    List<K> hottest(int most) {
        Policy.Eviction<K, Entry<V>> eviction = entries.policy().eviction().orElseThrow();
        return new ArrayList<>(eviction.hottest(most).keySet());
    }

    long weight() {
        return entries.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }

    long evictions() {
        return evictions.sum();
    }

    LongAdder evictionCounter() {
        return evictions;
    }

    int flightsUnderWay() {
        return flights.size();
    }
}
