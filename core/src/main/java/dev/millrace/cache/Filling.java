package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.Flight.Landing;
import dev.millrace.cache.Shelf.Aside;
import dev.millrace.cache.codec.Frame;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.SetOptions;
import dev.millrace.command.Strings;
import dev.millrace.connection.Unit;
import dev.millrace.topology.Dispatch;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads values and writes them to the server: under a lease, so that one process loads, and so that a value is not stored
 * which was loaded before the key was last written or invalidated. Without a lease, in the place of what was there, it
 * compares that first.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Filling<K, V> {
    private final CacheOptions<K, V> options;
    private final Memory<K, V> memory;
    private final Shelf<K, V> shelf;
    private final Dispatch dispatch;
    private final Tags tags;
    private final EarlyRefresh early;
    private final Counters counters;
    private final long commandNanos;

    Filling(
            CacheOptions<K, V> options,
            Memory<K, V> memory,
            Shelf<K, V> shelf,
            Dispatch dispatch,
            Tags tags,
            EarlyRefresh early,
            Counters counters,
            long commandNanos) {
        this.options = options;
        this.memory = memory;
        this.shelf = shelf;
        this.dispatch = dispatch;
        this.tags = tags;
        this.early = early;
        this.counters = counters;
        this.commandNanos = commandNanos;
    }

    /**
     * That a key has been noted under its tags, before it is loaded: an invalidation from then on deletes what it finds
     * there, and so keeps what is being loaded from being stored.
     *
     * @param done whether it has; if not, nobody could invalidate the value
     * @param until when a value may be stored at the latest, so that the note outlives it; null for no end
     */
    private record Noted(boolean done, @Nullable Long until) {
        boolean isStorable() {
            return done && (until == null || until - System.nanoTime() >= 0);
        }
    }

    private Noted note(K key, byte[] address) {
        Set<String> its = options.tags().apply(key);
        if (its.isEmpty()) {
            return new Noted(true, null);
        }
        long now = System.nanoTime();
        return new Noted(tags.note(address, its, noteTtl(), commandNanos) == null, now + graceNanos());
    }

    /** How long after the note a value may be stored; under a lease it can't be later anyway. */
    private long graceNanos() {
        CacheOptions.Times times = options.times();
        return (times.lease().isZero() ? times.load() : times.lease()).toNanos();
    }

    /** How long a note lives: as long as a value that is stored at the last moment, by the slowest command. */
    private Duration noteTtl() {
        Duration value = shelf.defaultTtl();
        Duration longer = value.compareTo(options.negative()) < 0 ? options.negative() : value;
        return longer.plusNanos(graceNanos() + commandNanos);
    }

    /** A lease to offer the server, or null where the options want none. */
    @Nullable
    Lease lease() {
        Duration lasting = options.times().lease();
        return lasting.isZero() ? null : new Lease(lasting);
    }

    /** Loads a value and stores it, under a lease that the server has taken, or without one. */
    Landing<V> load(K key, Flight<V> mine, byte[] address, Loader<K, V> loader, @Nullable Lease lease) {
        Noted noted = note(key, address);
        Landing<V> landing = loadOnly(key, loader);
        Stowage stowage = noted.isStorable() ? stowage(landing) : null;
        if (stowage == null) {
            release(address, lease);
        } else {
            Command<?> filling = fill(address, mine, lease, stowage);
            if (filling != null) {
                store(key, filling);
            }
        }
        return landing;
    }

    /**
     * Loads several values at once and stores them, each under its lease where there is one; in two round trips.
     *
     * @return how each ended, in the order of the keys
     */
    List<Landing<V>> loadAll(
            List<K> keys,
            List<Flight<V>> flights,
            List<byte[]> addresses,
            List<@Nullable Lease> leases,
            BulkLoader<K, V> loader) {
        Map<byte[], Set<String>> noted = new IdentityHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            noted.put(addresses.get(i), options.tags().apply(keys.get(i)));
        }
        long now = System.nanoTime();
        boolean isTagged = noted.values().stream().anyMatch(its -> !its.isEmpty());
        Noted all = new Noted(tags.noteAll(noted, noteTtl(), commandNanos), isTagged ? now + graceNanos() : null);
        Loader<K, V> found = found(keys, loader);
        List<Landing<V>> landings = new ArrayList<>(keys.size());
        List<Command<?>> commands = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Landing<V> landing = loadOnly(keys.get(i), found);
            landings.add(landing);
            Lease lease = leases.get(i);
            Stowage stowage = all.isStorable() ? stowage(landing) : null;
            if (stowage != null) {
                Command<?> filling = fill(addresses.get(i), flights.get(i), lease, stowage);
                if (filling != null) {
                    commands.add(filling);
                    positions.add(i);
                }
            } else if (lease != null) {
                commands.add(Scripts.RELEASE.call(new Object[] {addresses.get(i)}, lease.placeholder()));
                positions.add(i);
            }
        }
        if (!commands.isEmpty()) {
            positions.forEach(position -> memory.forget(keys.get(position)));
            Unit unit = new Unit(commands, false);
            MillraceException whole = dispatch.run(unit, commandNanos);
            positions.forEach(position -> memory.forget(keys.get(position)));
            for (int i = 0; i < unit.size(); i++) {
                counters.written(Written.of(unit.outcome(i, whole)));
            }
        }
        return landings;
    }

    /** What the bulk loader found, as a loader of one: so that each is counted, and all fail as one would. */
    static <K, V> Loader<K, V> found(List<K> keys, BulkLoader<K, V> loader) {
        try {
            Map<K, V> values = loader.loadAll(Collections.unmodifiableSet(new LinkedHashSet<>(keys)));
            return values::get;
        } catch (Exception e) {
            return key -> {
                throw e;
            };
        }
    }

    /** The command that stores what was loaded; null where it may be older than what changed meanwhile. */
    private static @Nullable Command<?> fill(byte[] address, Flight<?> flight, @Nullable Lease lease, Stowage stowage) {
        if (lease != null) {
            return Scripts.FILL.call(new Object[] {address}, lease.placeholder(), stowage.bytes, stowage.ttl);
        }
        SetOptions ifAbsent = SetOptions.ofDefaults().ifAbsent().expiringIn(stowage.lasting);
        return flight.isMarked() ? null : Strings.set(address, stowage.bytes, ifAbsent);
    }

    /** Loads a value and stores it in the place of one that can't be read, if that is still there. */
    Landing<V> loadOver(K key, byte[] address, byte[] there, Loader<K, V> loader) {
        Noted noted = note(key, address);
        Landing<V> landing = loadOnly(key, loader);
        Stowage stowage = noted.isStorable() ? stowage(landing) : null;
        if (stowage != null) {
            store(key, replacement(address, there, stowage));
        }
        return landing;
    }

    private static Command<Long> replacement(byte[] address, byte[] there, Stowage stowage) {
        return Scripts.REPLACE.call(new Object[] {address}, sha1(there), stowage.bytes, stowage.ttl);
    }

    /** Loads a value and stores nothing; absent where there is no loader. */
    Landing<V> loadOnly(K key, @Nullable Loader<K, V> loader) {
        if (loader == null) {
            return Landing.of(null);
        }
        long started = System.nanoTime();
        try {
            V value = loader.load(key);
            long took = System.nanoTime() - started;
            counters.loaded(took);
            early.loaded(took);
            return Landing.of(value);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            counters.loadFailures.increment();
            return Landing.hindered(failed(e));
        } catch (Exception e) {
            counters.loadFailures.increment();
            return Landing.failed(failed(e));
        }
    }

    private LoadFailure failed(Exception cause) {
        return new LoadFailure(
                "a value of the cache " + options.name() + " could not be loaded: the loader threw "
                        + cause.getClass().getSimpleName(),
                cause);
    }

    /**
     * Loads a value again before it ends, if no other process does, and if it still is what it was by then. What it was
     * stays the answer until the new one is there.
     */
    void refresh(K key, Loader<K, V> loader) {
        byte[] address = shelf.address(key);
        byte[] turn = shelf.aside(Aside.REFRESH, address);
        Lease lease = lease();
        try {
            if (lease != null && !isTaken(lease, turn)) {
                lease = null;
                return;
            }
            byte[] there = dispatch.run(Strings.get(address), commandNanos);
            if (there == null || shelf.decode(there) instanceof Stored.Leased<V>) {
                return; // it has ended, and whoever misses it loads it
            }
            Noted noted = note(key, address);
            Landing<V> landing = loadOnly(key, loader);
            Stowage stowage = noted.isStorable() ? stowage(landing) : null;
            if (stowage != null) {
                counters.refreshes.increment();
                store(key, replacement(address, there, stowage));
            }
        } catch (MillraceException e) {
            counters.readFailures.increment(); // the value is good until it ends, and then it is loaded
        } finally {
            release(turn, lease);
        }
    }

    private boolean isTaken(Lease lease, byte[] at) {
        SetOptions ifAbsent = SetOptions.ofDefaults().ifAbsent().expiringIn(lease.lasting());
        return Boolean.TRUE.equals(dispatch.run(Strings.set(at, lease.placeholder(), ifAbsent), commandNanos));
    }

    private void store(K key, Command<?> command) {
        Object outcome;
        try {
            memory.forget(key);
            outcome = dispatch.run(command, commandNanos);
        } catch (MillraceException e) {
            outcome = e;
        }
        memory.forget(key);
        counters.written(Written.of(outcome));
    }

    private void release(byte[] address, @Nullable Lease lease) {
        if (lease == null) {
            return;
        }
        try {
            Long unused = dispatch.run(Scripts.RELEASE.call(new Object[] {address}, lease.placeholder()), commandNanos);
        } catch (MillraceException e) {
            // It ends by its time; until then others wait for it, and then load.
        }
    }

    /** What is stored for a value, and for how long. */
    private record Stowage(byte[] bytes, Duration lasting, String ttl) {}

    /** Null where there is nothing to store. */
    private @Nullable Stowage stowage(Landing<V> landing) {
        if (landing.failure() != null) {
            return null;
        }
        V value = landing.value();
        Duration lasting = value == null ? options.negative() : shelf.defaultTtl();
        if (lasting.isZero()) {
            return null;
        }
        try {
            byte[] bytes = value == null ? Frame.absent() : shelf.encode(value);
            return new Stowage(bytes, lasting, Long.toString(lasting.toMillis()));
        } catch (RuntimeException e) { // the codec can't write it: it is served, and not stored
            counters.writeFailures.increment();
            return null;
        }
    }

    private static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
