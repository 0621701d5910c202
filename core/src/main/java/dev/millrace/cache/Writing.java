package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.Keys;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.SetOptions;
import dev.millrace.command.Strings;
import dev.millrace.connection.Unit;
import dev.millrace.topology.Dispatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes and deletes. Around each, memory forgets the key: before, so that nobody is shown the old value by a read that
 * began before; after, whatever the outcome, so that what was read meanwhile is not kept.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Writing<K, V> {
    /** Keys that are deleted by one command. */
    private static final int AT_ONCE = 1_000;

    private final CacheOptions<K, V> options;
    private final Memory<K, V> memory;
    private final Shelf<K, V> shelf;
    private final Dispatch dispatch;
    private final Tags tags;
    private final Counters counters;
    private final long commandNanos;

    Writing(
            CacheOptions<K, V> options,
            Memory<K, V> memory,
            Shelf<K, V> shelf,
            Dispatch dispatch,
            Tags tags,
            Counters counters,
            long commandNanos) {
        this.options = options;
        this.memory = memory;
        this.shelf = shelf;
        this.dispatch = dispatch;
        this.tags = tags;
        this.counters = counters;
        this.commandNanos = commandNanos;
    }

    /** An entry that can be written, and its place among those that were passed. */
    private record Line<K>(int place, K key, byte[] address, Command<?> command, Set<String> tags, Duration ttl) {}

    /** Writes entries in one round trip per master, and in one more before where any has tags. */
    Map<K, Written> set(Collection<CacheEntry<K, V>> entries) {
        List<CacheEntry<K, V>> all = List.copyOf(entries);
        Written[] outcomes = new Written[all.size()];
        List<Line<K>> writable = noted(lines(all, outcomes), outcomes);
        if (!writable.isEmpty()) {
            run(writable, outcomes);
        }
        Map<K, Written> byKey = LinkedHashMap.newLinkedHashMap(all.size());
        for (int place = 0; place < outcomes.length; place++) {
            byKey.put(all.get(place).key(), outcomes[place]);
        }
        byKey.values().forEach(counters::written);
        return byKey;
    }

    private List<Line<K>> lines(List<CacheEntry<K, V>> entries, Written[] outcomes) {
        List<Line<K>> lines = new ArrayList<>(entries.size());
        Duration lastTtl = Duration.ZERO;
        SetOptions lasting = SetOptions.ofDefaults();
        for (int place = 0; place < entries.size(); place++) {
            CacheEntry<K, V> entry = entries.get(place);
            Duration ttl = shelf.ttl(entry);
            if (!ttl.isZero() && !ttl.equals(lastTtl)) {
                lastTtl = ttl;
                lasting = SetOptions.ofDefaults().expiringIn(ttl); // most often the same for all
            }
            try {
                lines.add(line(place, entry, ttl, lasting));
            } catch (RuntimeException e) {
                outcomes[place] = Written.of(unwritable(e));
            }
        }
        return lines;
    }

    private Line<K> line(int place, CacheEntry<K, V> entry, Duration ttl, SetOptions lasting) {
        K key = entry.key();
        byte[] address = shelf.address(key);
        if (ttl.isZero()) {
            return new Line<>(place, key, address, Keys.unlink(address).idempotent(), Set.of(), ttl);
        }
        Command<?> set = Strings.set(address, shelf.encode(entry.value()), lasting);
        return new Line<>(
                place, key, address, set, united(entry.tags(), options.tags().apply(key)), ttl);
    }

    /** Most entries have no tags: no set is made for them. */
    private static Set<String> united(Set<String> some, Set<String> others) {
        if (some.isEmpty() || others.isEmpty()) {
            return some.isEmpty() ? others : some;
        }
        Set<String> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    private Misuse unwritable(RuntimeException cause) {
        return new Misuse("a value was not written to the cache " + options.name() + ": its codec threw "
                + cause.getClass().getSimpleName());
    }

    /** Notes keys under their tags; answers those that may be written. */
    private List<Line<K>> noted(List<Line<K>> lines, Written[] outcomes) {
        if (lines.stream().allMatch(line -> line.tags().isEmpty())) {
            return lines;
        }
        MillraceException failed = tags.failure(notes(lines), commandNanos);
        if (failed == null) {
            return lines;
        }
        List<Line<K>> untagged = new ArrayList<>();
        for (Line<K> line : lines) {
            if (line.tags().isEmpty()) {
                untagged.add(line);
            } else {
                outcomes[line.place()] = new Written(Written.Status.FAILED, failed);
            }
        }
        return untagged;
    }

    private List<Command<Long>> notes(List<Line<K>> lines) {
        Map<Duration, Map<byte[], Set<String>>> byTtl = new HashMap<>();
        for (Line<K> line : lines) {
            if (!line.tags().isEmpty()) {
                byTtl.computeIfAbsent(line.ttl(), ttl -> new IdentityHashMap<>())
                        .put(line.address(), line.tags());
            }
        }
        List<Command<Long>> notes = new ArrayList<>();
        byTtl.forEach((ttl, tagged) -> notes.addAll(tags.notes(tagged, ttl)));
        return notes;
    }

    private void run(List<Line<K>> lines, Written[] outcomes) {
        List<Command<?>> commands = new ArrayList<>(lines.size());
        lines.forEach(line -> commands.add(line.command()));
        // Noted once more behind the values: an invalidation in between took the first notes away.
        commands.addAll(notes(lines));
        lines.forEach(line -> memory.forget(line.key()));
        MillraceException whole;
        Unit unit = new Unit(commands, false);
        try {
            whole = dispatch.run(unit, commandNanos);
        } finally {
            lines.forEach(line -> memory.forget(line.key()));
        }
        for (int i = 0; i < lines.size(); i++) {
            outcomes[lines.get(i).place()] = Written.of(unit.outcome(i, whole));
        }
    }

    /** Deletes keys. */
    Map<K, Written> delete(Collection<K> keys) {
        Map<K, Written> outcomes = LinkedHashMap.newLinkedHashMap(keys.size());
        List<K> all = new ArrayList<>(new LinkedHashSet<>(keys));
        if (all.isEmpty()) {
            return outcomes;
        }
        List<Command<?>> commands = new ArrayList<>(all.size());
        // A command for each: so each has an outcome, and one unit goes to each master.
        all.forEach(key -> commands.add(Keys.unlink(shelf.address(key)).idempotent()));
        all.forEach(memory::forget);
        Unit unit = new Unit(commands, false);
        MillraceException whole;
        try {
            whole = dispatch.run(unit, commandNanos);
        } finally {
            all.forEach(memory::forget);
        }
        for (int i = 0; i < all.size(); i++) {
            outcomes.put(all.get(i), Written.of(unit.outcome(i, whole)));
        }
        return outcomes;
    }

    /**
     * Deletes everything that has a tag. What is not deleted when it fails is deleted by the next that succeeds.
     *
     * @return how many keys had it
     * @throws MillraceException if the server did not take part to the end
     */
    long deleteTagged(String tag) {
        // The server may not know of these: what is loaded while it is gone is not noted.
        memory.forgetFlights(key -> options.tags().apply(key).contains(tag));
        long tagged = tags.take(tag, commandNanos);
        List<byte[]> some = tagged == 0 ? List.of() : tags.taken(tag, AT_ONCE, commandNanos);
        while (!some.isEmpty()) {
            some.forEach(this::forget);
            try {
                Long unused =
                        dispatch.run(Keys.unlink(some.toArray(byte[][]::new)).idempotent(), commandNanos);
            } finally {
                some.forEach(this::forget);
            }
            tags.done(tag, some, commandNanos);
            some = tags.taken(tag, AT_ONCE, commandNanos);
        }
        return tagged;
    }

    private void forget(byte[] address) {
        K key = shelf.key(address);
        if (key != null) {
            memory.forget(key);
        }
    }
}
