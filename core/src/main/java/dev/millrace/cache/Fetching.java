package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.Flight.Landing;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a miss of memory does: joins the flight that is under way for the key, or leads one to the server and, where that
 * has nothing, to the loader.
 *
 * <pre>
 *   miss ─▶ join, or lead ─▶ server ─▶ value, or "there is none" ─▶ keep, land
 *                              │
 *                              ├─▶ nothing, and the lease is ours ─▶ load ─▶ fill ─▶ land
 *                              ├─▶ another's lease ─▶ wait until it ends or the key changes ─▶ again
 *                              └─▶ no answer ─▶ as the outage policy says ─▶ land
 * </pre>
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Fetching<K, V> {
    /** How often a lease is looked at where nobody announces that it has ended: 20 ms. */
    private static final long POLL_NANOS = 20_000_000L;

    /** A lease ends at the server a little before it is looked for here. */
    private static final long LEASE_SLACK_NANOS = 5_000_000L;

    private final CacheOptions<K, V> options;
    private final Memory<K, V> memory;
    private final Shelf<K, V> shelf;
    private final TrackedReads reads;
    private final Filling<K, V> filling;
    private final Counters counters;
    private final long readNanos;
    private final long joinableNanos;

    Fetching(
            CacheOptions<K, V> options,
            Memory<K, V> memory,
            Shelf<K, V> shelf,
            TrackedReads reads,
            Filling<K, V> filling,
            Counters counters,
            long readNanos,
            long joinableNanos) {
        this.options = options;
        this.memory = memory;
        this.shelf = shelf;
        this.reads = reads;
        this.filling = filling;
        this.counters = counters;
        this.readNanos = readNanos;
        this.joinableNanos = joinableNanos;
    }

    /** A flight of the calling thread's, for it to lead if there is no other to join. */
    Flight<V> flight(boolean loading) {
        return new Flight<>(loading, joinableNanos);
    }

    /**
     * Reads, or loads, what memory does not have.
     *
     * @throws LoadFailure if it can't be loaded
     * @throws MillraceException if the policy is to fail and the server does not answer
     */
    @Nullable
    V fetch(K key, @Nullable Loader<K, V> loader) {
        return fetch(key, loader, null);
    }

    /**
     * As {@link #fetch(Object, Loader)}.
     *
     * @param joined a flight of another's that the caller joined before, and that may have landed since; or null
     */
    @Nullable
    V fetch(K key, @Nullable Loader<K, V> loader, @Nullable Flight<V> joined) {
        long deadline = System.nanoTime()
                + (loader == null
                        ? readNanos
                        : readNanos + options.times().load().toNanos());
        Deque<Flight<V>> led = new ArrayDeque<>(1);
        Landing<V> landing = Landing.hindered(new LoadFailure("the flight of a value ended early"));
        try {
            landing = land(key, loader, joined, deadline, led);
        } finally {
            for (Flight<V> flight : led) {
                memory.remove(key, flight);
                flight.land(landing);
            }
        }
        return result(landing);
    }

    /** @param led where flights go that the calling thread leads; each is to be landed with the answer */
    private Landing<V> land(
            K key, @Nullable Loader<K, V> loader, @Nullable Flight<V> joined, long deadline, Deque<Flight<V>> led) {
        Flight<V> flight = joined;
        while (true) {
            Flight<V> mine = flight(loader != null);
            if (flight == null) {
                flight = memory.join(key, mine);
            }
            Landing<V> landing;
            if (flight == mine) {
                led.push(mine);
                landing = landedBefore(key, loader != null);
                if (landing == null) {
                    landing = lead(key, mine, loader, deadline);
                }
                memory.remove(key, mine);
            } else if (flight.isLedByCaller()) {
                throw new IllegalStateException("a loader of " + options.name() + " asks for the key that it loads");
            } else {
                counters.coalesced.increment();
                landing = follow(flight, deadline);
                if (landing != null && loader != null && !flight.isLoading() && landing.value() == null) {
                    landing = null; // who led it had no loader to ask
                }
            }
            if (landing != null) {
                return landing;
            }
            flight = null;
        }
    }

    /**
     * What the last flight has brought, if it landed after its caller had looked into memory and before the next flight
     * began: in a storm there is always one who comes just then. Null if there is none.
     */
    @Nullable
    Landing<V> landedBefore(K key, boolean loading) {
        Entry<V> held = memory.find(key);
        if (held == null || !held.isValid(System.nanoTime()) || (held.unasked && loading)) {
            return null;
        }
        counters.coalesced.increment();
        return Landing.of(held.value);
    }

    /** Null when the leader was hindered and another may lead. */
    private @Nullable Landing<V> follow(Flight<V> flight, long deadline) {
        try {
            Landing<V> landing = flight.await(deadline);
            if (landing == null) {
                return Landing.hindered(
                        new LoadFailure("another caller's load of the same value did not end in time (the limit is "
                                + options.times().load() + " beyond the command timeout)"));
            }
            return landing.again() ? null : landing;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Landing.hindered(
                    new LoadFailure("the calling thread was interrupted while another loaded the value", e));
        }
    }

    private @Nullable V result(Landing<V> landing) {
        RuntimeException failure = landing.failure();
        if (failure == null) {
            return landing.value();
        }
        throw switch (failure) {
            case LoadFailure load -> load.again();
            case MillraceException call -> call.raised();
            default -> failure;
        };
    }

    /** Null when the key is to be asked for anew. */
    private @Nullable Landing<V> lead(K key, Flight<V> mine, @Nullable Loader<K, V> loader, long deadline) {
        byte[] address = shelf.address(key);
        Lease lease = loader == null ? null : filling.lease();
        Reading reading = reads.read(
                        List.of(address), Arrays.asList(lease), Math.min(deadline, System.nanoTime() + readNanos))[0];
        return taken(key, mine, address, reading, decoded(reading), loader, lease, deadline);
    }

    /** What a reading holds; null where there is nothing. */
    @Nullable
    Stored<V> decoded(Reading reading) {
        byte[] raw = reading.raw();
        return raw == null ? null : shelf.decode(raw);
    }

    /** What becomes of a reading; null when the key is to be asked for anew. */
    @Nullable
    Landing<V> taken(
            K key,
            Flight<V> mine,
            byte[] address,
            Reading reading,
            @Nullable Stored<V> stored,
            @Nullable Loader<K, V> loader,
            @Nullable Lease lease,
            long deadline) {
        MillraceException failure = reading.failure();
        if (failure instanceof ServerError.WrongType) { // an answer, and nothing that could be a value
            counters.unreadable.increment();
            mine.beginLoad();
            return filling.loadOnly(key, loader);
        }
        if (failure != null) {
            counters.readFailures.increment();
            mine.beginLoad();
            return outage(key, loader, failure);
        }
        byte[] raw = reading.raw();
        if (raw == null || stored == null) {
            counters.remoteMisses.increment();
            if (loader != null) {
                mine.beginLoad();
                // A lease that was wanted and could not be had: nobody would say if the key was invalidated meanwhile.
                return lease == null ? filling.load(key, mine, address, loader, null) : filling.loadOnly(key, loader);
            }
            keep(key, mine, null, reading);
            return Landing.of(null);
        }
        return switch (stored) {
            case Stored.Found<V> found -> {
                counters.remoteHits.increment();
                keep(key, mine, found.value(), reading);
                yield Landing.of(found.value());
            }
            case Stored.None<V> none -> {
                counters.remoteHits.increment();
                keep(key, mine, null, reading);
                yield Landing.of(null);
            }
            case Stored.Leased<V> leased -> {
                counters.remoteMisses.increment();
                if (loader == null) {
                    yield Landing.of(null);
                }
                if (lease != null && lease.is(leased.token())) {
                    mine.beginLoad();
                    yield filling.load(key, mine, address, loader, lease);
                }
                yield awaitOther(mine, reading, deadline);
            }
            case Stored.Unreadable<V> unreadable -> {
                counters.unreadable.increment();
                mine.beginLoad();
                yield loader == null ? Landing.of(null) : filling.loadOver(key, address, raw, loader);
            }
        };
    }

    private void keep(K key, Flight<V> mine, @Nullable V value, Reading reading) {
        if (!reading.keepable()) {
            // It may be newer than what is held, whose epoch the answer to another question can make fresh again.
            memory.forget(key);
        } else if (!shelf.defaultTtl().isZero()) {
            Entry<V> entry = shelf.entry(value, key, reading);
            if (entry.expiresAt - System.nanoTime() > 0) {
                boolean unused = memory.keep(key, mine, entry);
            }
        }
    }

    /** Another process loads the value: its fill, and any other write, is announced; its end by time may not be. */
    private @Nullable Landing<V> awaitOther(Flight<V> mine, Reading reading, long deadline) {
        long now = System.nanoTime();
        long patience = reading.keepable() && reading.epoch() != null
                ? Math.min(reading.remainingNanos(), options.times().lease().toNanos()) + LEASE_SLACK_NANOS
                : POLL_NANOS;
        if (deadline - now <= 0) {
            return Landing.hindered(
                    new LoadFailure("another process has been loading the value for longer than this caller waits"));
        }
        mine.awaitMark(Math.min(deadline, now + patience));
        if (Thread.currentThread().isInterrupted()) {
            return Landing.hindered(
                    new LoadFailure("the calling thread was interrupted while another process loaded the value"));
        }
        return null;
    }

    private Landing<V> outage(K key, @Nullable Loader<K, V> loader, MillraceException failure) {
        if (Thread.currentThread().isInterrupted()) {
            return Landing.hindered(failure); // it is this caller's own, and says nothing of the server
        }
        return switch (options.outage()) {
            case OutagePolicy.Absent absent -> Landing.of(null);
            case OutagePolicy.Fail fail -> Landing.failed(failure);
            case OutagePolicy.Load load -> filling.loadOnly(key, loader);
            case OutagePolicy.StaleOk stale -> {
                Entry<V> held = memory.find(key);
                if (held != null
                        && held.staleFor(System.nanoTime()) <= stale.age().toNanos()) {
                    counters.staleServed.increment();
                    yield Landing.of(held.value);
                }
                yield filling.loadOnly(key, loader);
            }
        };
    }
}
