package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How long what is of each class lives; may be changed at any time. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the map is
final class Ttls {
    static final Map<TtlClass, Duration> DEFAULTS = Map.of(
            TtlClass.DEFAULT, Duration.ofMinutes(5),
            TtlClass.SHORT, Duration.ofMinutes(1),
            TtlClass.MEDIUM, Duration.ofMinutes(5),
            TtlClass.LONG, Duration.ofMinutes(30));

    private static final Duration LONGEST = Duration.ofDays(3650);

    private final Map<TtlClass, Duration> durations = new ConcurrentHashMap<>(DEFAULTS);

    Ttls(Map<TtlClass, Duration> own) {
        own.forEach(this::set);
    }

    /** @throws IllegalArgumentException if it is negative, longer than ten years, or between zero and a millisecond */
    static Duration checked(Duration ttl) {
        if (ttl.isNegative()) {
            throw new IllegalArgumentException("a time to live of " + ttl + " is negative; zero switches caching off");
        }
        if (ttl.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a time to live of " + ttl + " is longer than ten years");
        }
        if (!ttl.isZero() && ttl.toMillis() == 0) {
            throw new IllegalArgumentException("a time to live of " + ttl + " is shorter than a millisecond");
        }
        return ttl;
    }

    void set(TtlClass of, Duration ttl) {
        durations.put(of, checked(ttl));
    }

    /** @throws IllegalArgumentException if nobody has said how long the class lives */
    Duration of(TtlClass wanted) {
        Duration ttl = durations.get(wanted);
        if (ttl == null) {
            throw new IllegalArgumentException("the TTL class " + wanted.name()
                    + " has no time to live; say it with CacheOptions.builder(…).ttl(TtlClass.named(\"" + wanted.name()
                    + "\"), duration)");
        }
        return ttl;
    }
}
