package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.Flight.Landing;
import dev.millrace.command.MillraceException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What memory does not have of several keys: read in one round trip per master, loaded in one call where there is a bulk
 * loader. The flights that this thread leads have all landed before it waits for anybody else's, so that two who want the
 * same keys do not wait for each other.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class BulkFetching<K, V> {
    private final Memory<K, V> memory;
    private final Shelf<K, V> shelf;
    private final TrackedReads reads;
    private final Fetching<K, V> fetching;
    private final Filling<K, V> filling;
    private final long readNanos;

    BulkFetching(
            Memory<K, V> memory,
            Shelf<K, V> shelf,
            TrackedReads reads,
            Fetching<K, V> fetching,
            Filling<K, V> filling,
            long readNanos) {
        this.memory = memory;
        this.shelf = shelf;
        this.reads = reads;
        this.fetching = fetching;
        this.filling = filling;
        this.readNanos = readNanos;
    }

    /**
     * What was found.
     *
     * @param values by key; keys without a value are left out
     * @param unread why some could not be read, whatever the outage policy made of that; or null
     */
    record Bulk<K, V>(Map<K, V> values, @Nullable MillraceException unread) {}

    /** One key on its way. */
    private final class Seat {
        final K key;
        final Flight<V> flight;
        final byte[] address;
        final @Nullable Lease lease;

        @Nullable
        Landing<V> landing;

        @Nullable
        MillraceException unread;

        Seat(K key, Flight<V> flight, byte[] address, @Nullable Lease lease) {
            this.key = key;
            this.flight = flight;
            this.address = address;
            this.lease = lease;
        }

        /** Ends its flight; twice does nothing. */
        void end() {
            memory.remove(key, flight);
            flight.land(
                    landing != null
                            ? landing
                            : Landing.hindered(new LoadFailure("the read of several values ended early")));
        }
    }

    /**
     * Reads, or loads, some keys; those without a value are not in the answer.
     *
     * @throws LoadFailure if one can't be loaded; the others were
     */
    Bulk<K, V> fetch(Collection<K> keys, @Nullable Loader<K, V> loader, @Nullable BulkLoader<K, V> bulkLoader) {
        Loader<K, V> single = loader != null || bulkLoader == null
                ? loader
                : key -> bulkLoader.loadAll(Set.of(key)).get(key);
        boolean loading = single != null;
        List<Seat> led = new ArrayList<>();
        Map<K, @Nullable Flight<V>> followed = new LinkedHashMap<>();
        Map<K, V> values = new LinkedHashMap<>();
        RuntimeException failure = null;
        MillraceException unread = null;
        try {
            for (K key : new LinkedHashSet<>(keys)) {
                byte[] address = shelf.address(key); // first, for it may refuse the key
                Flight<V> mine = fetching.flight(loading);
                Flight<V> flight = memory.join(key, mine);
                if (flight != mine) {
                    // This flight is waited for, landed or not: asking anew would be a trip for each that has landed.
                    followed.put(key, flight);
                    continue;
                }
                Seat seat = new Seat(key, mine, address, loading ? filling.lease() : null);
                led.add(seat);
                seat.landing = fetching.landedBefore(key, loading);
                if (seat.landing != null) {
                    seat.end();
                }
            }
            List<Seat> asking =
                    led.stream().filter(seat -> seat.landing == null).toList();
            if (!asking.isEmpty()) {
                readAndLoad(asking, single, bulkLoader).forEach(key -> followed.put(key, null));
            }
        } finally {
            led.forEach(Seat::end);
        }
        for (Seat seat : led) {
            Landing<V> landing = seat.landing;
            V value = landing == null ? null : landing.value();
            unread = seat.unread != null ? seat.unread : unread;
            if (value != null) {
                values.put(seat.key, value);
            } else if (landing != null && landing.failure() != null) {
                failure = landing.failure();
            }
        }
        followed.forEach((key, flight) -> {
            V value = fetching.fetch(key, single, flight);
            if (value != null) {
                values.put(key, value);
            }
        });
        if (failure != null) {
            throw failure instanceof LoadFailure load ? load.again() : failure;
        }
        return new Bulk<>(values, unread);
    }

    /** Lands what this thread can land by itself; answers the keys that another process is loading. */
    private List<K> readAndLoad(List<Seat> led, @Nullable Loader<K, V> loader, @Nullable BulkLoader<K, V> bulkLoader) {
        long deadline = System.nanoTime() + readNanos;
        List<byte[]> addresses = led.stream().map(seat -> seat.address).toList();
        List<@Nullable Lease> leases = new ArrayList<>();
        led.forEach(seat -> leases.add(seat.lease));
        Reading[] readings = reads.read(addresses, leases, deadline);
        List<K> elsewhere = new ArrayList<>();
        List<Seat> toLoad = new ArrayList<>();
        for (int i = 0; i < readings.length; i++) {
            Seat seat = led.get(i);
            Stored<V> stored = fetching.decoded(readings[i]);
            seat.unread = readings[i].failure();
            boolean isLeased = stored instanceof Stored.Leased<V>;
            Lease its = seat.lease;
            boolean own = stored instanceof Stored.Leased<V> leased && its != null && its.is(leased.token());
            boolean nothing = readings[i].failure() == null && readings[i].raw() == null;
            if (isLeased && !own && loader != null) {
                elsewhere.add(seat.key);
            } else if (bulkLoader != null && (own || nothing)) {
                toLoad.add(seat);
            } else {
                seat.landing = fetching.taken(
                        seat.key, seat.flight, seat.address, readings[i], stored, loader, seat.lease, deadline);
            }
        }
        if (bulkLoader != null && !toLoad.isEmpty()) {
            load(toLoad, bulkLoader);
        }
        return elsewhere;
    }

    private void load(List<Seat> seats, BulkLoader<K, V> bulkLoader) {
        List<@Nullable Lease> leases = new ArrayList<>();
        seats.forEach(seat -> leases.add(seat.lease));
        seats.forEach(seat -> seat.flight.beginLoad());
        List<Landing<V>> landings = filling.loadAll(
                seats.stream().map(seat -> seat.key).toList(),
                seats.stream().map(seat -> seat.flight).toList(),
                seats.stream().map(seat -> seat.address).toList(),
                leases,
                bulkLoader);
        for (int i = 0; i < landings.size(); i++) {
            seats.get(i).landing = landings.get(i);
        }
    }
}
