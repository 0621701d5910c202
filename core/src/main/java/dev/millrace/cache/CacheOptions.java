package dev.millrace.cache;

import dev.millrace.cache.codec.Codec;
import dev.millrace.cache.codec.Compression;
import dev.millrace.cache.codec.KeyCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a cache behaves. Immutable.
 *
 * <pre>{@code
 * var patients = CacheOptions.builder("patients", KeyCodec.longs(), Codec.json(Patient.class))
 *         .loader(database::patient)
 *         .ttl(Duration.ofMinutes(10))
 *         .maxEntries(100_000)
 *         .outage(OutagePolicy.staleOk(Duration.ofHours(1)))
 *         .build();
 * }</pre>
 *
 * @param name shown in statistics and thread names
 * @param prefix what its keys begin with at the server
 * @param keys how keys are written
 * @param values how values are written
 * @param compression what large values go through
 * @param bound how much memory it takes
 * @param ttls how long what is of each class lives, where that is not the default
 * @param times how long other things may take
 * @param beta how eagerly values are refreshed before they end; 0 for not at all
 * @param negative for how long "there is none" is believed
 * @param loader where values come from, or null
 * @param bulkLoader where several come from at once, or null
 * @param outage what a read does that Redis does not answer
 * @param tags by which the entry of a key can be invalidated
 * @param broadcast whether the server tells of every change of the cache's keys, whoever has read them
 * @param warm how many of the hottest keys are remembered, and read again at start and after a loss; 0 for none
 */
public record CacheOptions<K, V>(
        String name,
        String prefix,
        KeyCodec<K> keys,
        Codec<V> values,
        Compression compression,
        Bound bound,
        Map<TtlClass, Duration> ttls,
        Times times,
        double beta,
        Duration negative,
        @Nullable Loader<K, V> loader,
        @Nullable BulkLoader<K, V> bulkLoader,
        OutagePolicy outage,
        Function<K, Set<String>> tags,
        boolean broadcast,
        int warm) {
    /**
     * A bound on memory.
     *
     * @param most entries, or bytes
     * @param inBytes whether it is bytes: those of keys and of values as they are stored, and 64 for each entry
     */
    public record Bound(long most, boolean inBytes) {
        /** @throws IllegalArgumentException if it is not positive */
        public Bound {
            if (most < 1) {
                throw new IllegalArgumentException("a cache that may hold " + most + (inBytes ? " bytes" : " entries")
                        + " holds nothing; to switch caching off, set its TTL to zero");
            }
        }
    }

    /**
     * Durations beside the times to live.
     *
     * @param memory the longest that an entry stays in memory before the server is asked again; shortened at random by
     *     up to a tenth, so that entries which came together do not end together; 1 h by default
     * @param untracked the same, where the server does not tell of changes; 1 s by default
     * @param load the longest that a caller waits for another's load; 30 s by default
     * @param lease how long one process may load a value before another tries; 10 s by default, zero for no leases
     */
    public record Times(Duration memory, Duration untracked, Duration load, Duration lease) {
        /** @throws IllegalArgumentException if one is negative, or is zero and not the lease */
        public Times {
            positive("the time in memory", memory);
            positive("the time in memory without tracking", untracked);
            positive("the time to wait for a load", load);
            if (lease.isNegative() || (!lease.isZero() && lease.toMillis() == 0)) {
                throw new IllegalArgumentException("a lease of " + lease + ": it is zero, for none, or at least 1 ms");
            }
        }

        private static void positive(String what, Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(what + " is " + duration + "; it must be positive");
            }
        }

        /** 1 h, 1 s, 30 s, 10 s. */
        public static Times ofDefaults() {
            return new Times(
                    Duration.ofHours(1), Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(10));
        }
    }

    public CacheOptions {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a cache needs a name");
        }
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("the prefix of a cache can't be empty: all keys would be its own");
        }
        if (!(beta >= 0 && beta <= 100)) {
            throw new IllegalArgumentException(
                    "beta of " + beta + ": it is from 0, never early, to 100; 1 is the default");
        }
        if (warm < 0) {
            throw new IllegalArgumentException("warm of " + warm + ": it is how many keys are remembered, or 0");
        }
        Ttls.checked(negative);
        ttls = Map.copyOf(ttls);
        ttls.values().forEach(Ttls::checked);
    }

    /** Options for a cache of this name, whose keys begin with it and a colon. */
    public static <K, V> Builder<K, V> builder(String name, KeyCodec<K> keys, Codec<V> values) {
        return new Builder<>(name, keys, values);
    }

    /** Options for a cache of text by text. */
    public static Builder<String, String> ofStrings(String name) {
        return builder(name, KeyCodec.strings(), Codec.strings());
    }

    /** A builder that begins with these, for a cache of another name and prefix. */
    public Builder<K, V> as(String otherName, String otherPrefix) {
        Builder<K, V> builder = new Builder<>(otherName, keys, values);
        builder.prefix = otherPrefix;
        builder.compression = compression;
        builder.bound = bound;
        builder.ttls.putAll(ttls);
        builder.times = times;
        builder.beta = beta;
        builder.negative = negative;
        builder.loader = loader;
        builder.bulkLoader = bulkLoader;
        builder.outage = outage;
        builder.tags = tags;
        builder.broadcast = broadcast;
        builder.warm = warm;
        return builder;
    }

    /** Options in the order of how often they are needed. Confined to one thread. */
    public static final class Builder<K, V> {
        private final String name;
        private final KeyCodec<K> keys;
        private Codec<V> values;
        private String prefix;
        private Compression compression = Compression.none();
        private Bound bound = new Bound(10_000, false);
        private final Map<TtlClass, Duration> ttls = new HashMap<>();
        private Times times = Times.ofDefaults();
        private double beta = 1;
        private Duration negative = Duration.ofSeconds(5);
        private @Nullable Loader<K, V> loader;
        private @Nullable BulkLoader<K, V> bulkLoader;
        private OutagePolicy outage = OutagePolicy.load();
        private Function<K, Set<String>> tags = key -> Set.of();
        private boolean broadcast;
        private int warm;

        private Builder(String name, KeyCodec<K> keys, Codec<V> values) {
            this.name = name;
            this.prefix = name + ":";
            this.keys = keys;
            this.values = values;
        }

        /** Where values come from when no level has them. Default nowhere: absent is absent. */
        public Builder<K, V> loader(Loader<K, V> from) {
            loader = Objects.requireNonNull(from);
            return this;
        }

        /** Where several values come from at once, for {@link Cache#getAll}. Default the loader, one by one. */
        public Builder<K, V> bulkLoader(BulkLoader<K, V> from) {
            bulkLoader = Objects.requireNonNull(from);
            return this;
        }

        /** How long values live unless they say otherwise. Default 5 min; zero switches caching off. */
        public Builder<K, V> ttl(Duration ttl) {
            return ttl(TtlClass.DEFAULT, ttl);
        }

        /** How long values of a class live. Default 1, 5 and 30 min for short, medium and long; nothing for others. */
        public Builder<K, V> ttl(TtlClass of, Duration ttl) {
            ttls.put(of, Ttls.checked(ttl));
            return this;
        }

        /** How many entries memory holds at the most. Default 10,000. */
        public Builder<K, V> maxEntries(long entries) {
            bound = new Bound(entries, false);
            return this;
        }

        /** How many bytes memory holds at the most, keys and stored values and 64 for each entry; instead of entries. */
        public Builder<K, V> maxBytes(long bytes) {
            bound = new Bound(bytes, true);
            return this;
        }

        /** What a read does that Redis does not answer. Default {@link OutagePolicy#load()}. */
        public Builder<K, V> outage(OutagePolicy policy) {
            outage = Objects.requireNonNull(policy);
            return this;
        }

        /** How values are written, in the place of the codec that this began with; for a partition of its own. */
        public Builder<K, V> values(Codec<V> codec) {
            values = Objects.requireNonNull(codec);
            return this;
        }

        /** What large values go through on their way to Redis. Default nothing. */
        public Builder<K, V> compression(Compression of) {
            compression = Objects.requireNonNull(of);
            return this;
        }

        /**
         * The tags of each key: {@link Cache#invalidateTag} then also ends a load that is under way, in any process.
         * Default none. Called once for each write and load; must be quick and give the same for the same key.
         */
        public Builder<K, V> tags(Function<K, Set<String>> of) {
            tags = Objects.requireNonNull(of);
            return this;
        }

        /**
         * How eagerly values are refreshed before they end, by the one caller that draws it, while all others are
         * served: β of XFetch. Default 1; more is earlier, 0 is never.
         */
        public Builder<K, V> beta(double eagerness) {
            beta = eagerness;
            return this;
        }

        /** For how long "there is none" is believed. Default 5 s; zero: it is asked for each time. */
        public Builder<K, V> negative(Duration ttl) {
            negative = Ttls.checked(ttl);
            return this;
        }

        /** Durations beside the times to live. */
        public Builder<K, V> times(Times wanted) {
            times = Objects.requireNonNull(wanted);
            return this;
        }

        /** What the cache's keys begin with at the server. Default its name and a colon. */
        public Builder<K, V> prefix(String of) {
            prefix = Objects.requireNonNull(of);
            return this;
        }

        /**
         * Has the server tell of every change of the cache's keys, for a cache that is held whole: nothing is kept in
         * the server's table, and each change goes to each process. Default off: of what was read only.
         */
        public Builder<K, V> broadcast() {
            broadcast = true;
            return this;
        }

        /**
         * How many of the hottest keys are remembered at the server, and read again at start, after a flush and after a
         * lost connection. Default none.
         */
        public Builder<K, V> warm(int hottest) {
            warm = hottest;
            return this;
        }

        /** @throws IllegalArgumentException if an option is out of its range; the message names it */
        public CacheOptions<K, V> build() {
            return new CacheOptions<>(
                    name,
                    prefix,
                    keys,
                    values,
                    compression,
                    bound,
                    ttls,
                    times,
                    beta,
                    negative,
                    loader,
                    bulkLoader,
                    outage,
                    tags,
                    broadcast,
                    warm);
        }
    }
}
