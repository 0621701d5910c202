package dev.millrace.tools.server.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many changing requests an address may send in a second; counted from the first of them. The {@value #ADDRESSES} addresses
 * that were seen last are remembered.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the cache is
final class RateLimit {
    private static final int ADDRESSES = 10_000;

    private final int perSecond;
    private final Cache<String, AtomicInteger> counts = Caffeine.newBuilder()
            .maximumSize(ADDRESSES)
            .expireAfterWrite(Duration.ofSeconds(1))
            .build();

    /** @param perSecond 0 for any number */
    RateLimit(int perSecond) {
        this.perSecond = perSecond;
    }

    /** @throws Problem 429 if an address has sent too many */
    void count(String address) {
        if (perSecond > 0 && counts.get(address, unused -> new AtomicInteger()).incrementAndGet() > perSecond) {
            throw Problem.of(429, "Too many requests", "up to " + perSecond + " changes a second of one address")
                    .retryAfter(Duration.ofSeconds(1));
        }
    }
}
