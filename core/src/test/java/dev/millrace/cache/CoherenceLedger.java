package dev.millrace.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What was written, and when that was acknowledged; what was served, and when each read began: finds what was too old.
 * Times are those of {@link System#nanoTime()}, which all processes of a Linux machine share.
 *
 * <p>Thread-safe.
 */
final class CoherenceLedger {
    private final Map<String, NavigableMap<Long, Long>> acknowledged = new ConcurrentHashMap<>();
    private final List<Served> served = new ArrayList<>(); // guarded by itself
    private final List<String> complaints = new ArrayList<>(); // guarded by served
    private final Map<String, Long> newest = new ConcurrentHashMap<>();

    /** The versions that were acknowledged at a moment or before are the newest one and all below. */
    void acknowledged(String key, long version, long at) {
        acknowledged.computeIfAbsent(key, its -> new ConcurrentSkipListMap<>()).put(at, version);
    }

    /** Takes a line of a reader's. */
    void take(String line) {
        synchronized (served) {
            if (Served.isOne(line)) {
                Served one = Served.parse(line);
                served.add(one);
                newest.merge(one.reader(), one.lastBegan(), Math::max);
            } else {
                complaints.add(line);
            }
        }
    }

    /** When the last read began whose value is known here, of those of one reader; 0 before the first. */
    long lastReadOf(String reader) {
        return newest.getOrDefault(reader, 0L);
    }

    /** How many values have been served, each counted once for as long as a reader was served the same. */
    int size() {
        synchronized (served) {
            return served.size();
        }
    }

    /** How old the oldest value was: the time from the moment when a newer one was acknowledged to its read's begin. */
    Duration oldest() {
        synchronized (served) {
            return Duration.ofNanos(served.stream()
                    .filter(one -> one.version() > 0)
                    .mapToLong(this::age)
                    .max()
                    .orElse(0));
        }
    }

    /**
     * What was served and must not have been.
     *
     * @param bound how long a value may be served after a newer one was acknowledged
     * @param mayVanish whether keys were taken away by others, so that "there is none" may be the truth
     */
    List<String> complaints(Duration bound, boolean mayVanish) {
        synchronized (served) {
            List<String> found = new ArrayList<>(complaints);
            Map<String, Served> before = new HashMap<>();
            for (Served one : served) {
                if (one.version() == 0 && mayVanish) {
                    continue;
                }
                if (age(one) > bound.toNanos()) {
                    found.add("too old by %.1f ms: %s".formatted((age(one) - bound.toNanos()) / 1e6, one));
                }
                Served last = before.put(one.reader() + "/" + one.key(), one);
                if (last != null && last.version() > one.version()) {
                    found.add("backwards: " + last + ", then " + one);
                }
            }
            return found;
        }
    }

    /** How long before the last read of this value a newer one was acknowledged; 0 if none was. */
    private long age(Served one) {
        NavigableMap<Long, Long> acknowledgements = acknowledged.get(one.key());
        if (acknowledgements == null) {
            return 0;
        }
        for (Map.Entry<Long, Long> each : acknowledgements.entrySet()) {
            if (each.getValue() > one.version()) {
                return Math.max(0, one.lastBegan() - each.getKey());
            }
        }
        return 0;
    }
}
