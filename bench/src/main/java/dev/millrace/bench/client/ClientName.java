package dev.millrace.bench.client;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The clients that can be set side by side. */
public enum ClientName {
    /** Millrace itself. */
    MILLRACE("this project"),
    /** Lettuce. */
    LETTUCE("Lettuce, one shared connection; batches flushed by hand"),
    /** Jedis. */
    JEDIS("Jedis, a pool of connections; pipelines; nothing asynchronous"),
    /** Redisson. */
    REDISSON("Redisson, a small pool, string codec; RBatch"),
    /** Valkey GLIDE. */
    GLIDE("Valkey GLIDE, one multiplexed client; non-atomic batches"),
    /** A cache without coherence. */
    CAFFEINE("caches only: Caffeine with a TTL of 1 s, in front of Jedis"),
    /** Redisson's sorted set, taken for a queue. */
    REDISSON_ZSET("queues only: Redisson's RScoredSortedSet, added to and polled 50 at a time"),
    /** BullMQ, on Node. */
    BULLMQ(
            "queues only: BullMQ with ioredis in a process of Node 20 or newer; fetched by npm ci when it is first used"),
    /** The load generator that comes with the server: the limit, not a client. */
    REDIS_BENCHMARK("redis-benchmark, the best of several pipeline depths: the limit");

    private final String summary;

    ClientName(String summary) {
        this.summary = summary;
    }

    /** The name on the command line and in reports, for example {@code redis-benchmark}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How the client is used, in a few words. */
    public String summary() {
        return summary;
    }

    /** Finds a client by {@link #label()}. */
    public static Optional<ClientName> named(String label) {
        return Arrays.stream(values()).filter(c -> c.label().equals(label)).findFirst();
    }
}
