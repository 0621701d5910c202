package dev.millrace.cache.sql;

import dev.millrace.cache.codec.Compression;
import java.time.Duration;
import java.util.Objects;

/**
 * How a query cache behaves. Immutable; {@code QueryCacheOptions.builder("shop").ttl(Duration.ofMinutes(1)).build()}.
 *
 * @param name what its keys begin with at the server, before a colon; one for each database
 * @param ttl how long a result lives: the bound on how old an answer is when tables are changed past the cache
 * @param memoryBytes how much memory results take in this process
 * @param maxRows the most rows of a result that is stored
 * @param maxBytes the most bytes of a result that is stored, before compression
 * @param timeout how long a statement may take
 * @param stale for how long beyond its time a result may be answered while Redis is gone; zero for not at all
 * @param beta how eagerly results are loaded again before they end; 0 for not at all
 * @param compression what large results go through
 */
public record QueryCacheOptions(
        String name,
        Duration ttl,
        long memoryBytes,
        int maxRows,
        int maxBytes,
        Duration timeout,
        Duration stale,
        double beta,
        Compression compression) {
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

    /** @throws IllegalArgumentException if an option is out of its range; the message names it */
    public QueryCacheOptions {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a query cache needs a name");
        }
        if (maxRows < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("results of " + maxRows + " rows and " + maxBytes
                    + " bytes at the most: each is at least 1; to switch caching off, set the TTL to zero");
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "a timeout of " + timeout + ": it is more than zero and no more than " + LONGEST_TIMEOUT);
        }
        if (stale.isNegative()) {
            throw new IllegalArgumentException("stale for " + stale + ": it is zero, for not at all, or more");
        }
    }

    /** The defaults, for a cache of this name. */
    public static QueryCacheOptions ofDefaults(String name) {
        return builder(name).build();
    }

    /** Begins with the defaults. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** Options in the order of how often they are needed. Confined to one thread. */
    public static final class Builder {
        private final String name;
        private Duration ttl = Duration.ofMinutes(5);
        private long memoryBytes = 64L << 20;
        private int maxRows = 10_000;
        private int maxBytes = 1 << 20;
        private Duration timeout = Duration.ofSeconds(10);
        private Duration stale = Duration.ZERO;
        private double beta = 1;
        private Compression compression = Compression.none();

        private Builder(String name) {
            this.name = name;
        }

        /** How long a result lives. Default 5 min; zero switches caching off. */
        public Builder ttl(Duration of) {
            ttl = Objects.requireNonNull(of);
            return this;
        }

        /** How much memory results take in this process, as bytes at the server and 64 for each. Default 64 MiB. */
        public Builder memoryBytes(long bytes) {
            memoryBytes = bytes;
            return this;
        }

        /** The most rows of a result that is stored; larger ones are handed out only. Default 10,000. */
        public Builder maxRows(int rows) {
            maxRows = rows;
            return this;
        }

        /** The most bytes of a result that is stored; larger ones are handed out only. Default 1 MiB. */
        public Builder maxBytes(int bytes) {
            maxBytes = bytes;
            return this;
        }

        /**
         * How long a statement may take, up to an hour; in whole seconds, rounded up. Default 10 s. It also says how long
         * other processes wait for a result that one is loading.
         */
        public Builder timeout(Duration limit) {
            timeout = Objects.requireNonNull(limit);
            return this;
        }

        /**
         * For how long beyond its time memory answers while Redis is gone, and spares the database. Default not at all.
         * Changes that others make meanwhile are not seen.
         */
        public Builder stale(Duration age) {
            stale = Objects.requireNonNull(age);
            return this;
        }

        /** As {@link dev.millrace.cache.CacheOptions.Builder#beta}. Default 1. */
        public Builder beta(double eagerness) {
            beta = eagerness;
            return this;
        }

        /** What large results go through on their way to Redis. Default nothing. */
        public Builder compression(Compression of) {
            compression = Objects.requireNonNull(of);
            return this;
        }

        /** @throws IllegalArgumentException if an option is out of its range; the message names it */
        public QueryCacheOptions build() {
            return new QueryCacheOptions(name, ttl, memoryBytes, maxRows, maxBytes, timeout, stale, beta, compression);
        }
    }
}
