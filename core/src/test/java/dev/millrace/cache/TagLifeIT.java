package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.cache.codec.Frame;
import dev.millrace.command.Keys;
import dev.millrace.command.Strings;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** As long as a value is there, its tags find it: whichever way it got there. */
@OnEveryTopology
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class TagLifeIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String TAG_KEY = "texts:~t:{table}";

    private static TestDeployment server;
    private Millrace redis;

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() {
        server.ask("FLUSHALL");
        redis = Millrace.connect(server.options().build());
    }

    @AfterEach
    void disconnect() {
        redis.close();
    }

    private static CacheOptions.Builder<String, String> tagged() {
        return CacheOptions.ofStrings("texts").tags(key -> Set.of("table")).beta(0);
    }

    /** A load that takes its time. */
    private static String slowly(String value) {
        long end = System.nanoTime() + 60_000_000;
        while (end - System.nanoTime() > 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        return value;
    }

    private void assertTagOutlives(String key) {
        Duration value = left(key);
        Duration tag = left(TAG_KEY);
        // The tag was asked second, so it has lost more.
        assertThat(tag).as("time left of the tag; the value has %s", value).isGreaterThanOrEqualTo(value);
    }

    private Duration left(String key) {
        return Objects.requireNonNull(
                Objects.requireNonNull(redis.run(Keys.pttl(key))).remaining());
    }

    @Test
    void load_takesTime_tagOutlivesTheValue() {
        try (Cache<String, String> cache =
                redis.cache(tagged().loader(key -> slowly("value")).build())) {
            assertThat(cache.get("a")).isEqualTo("value");
            assertTagOutlives("texts:a");
        }
    }

    @Test
    void load_withoutLease_tagOutlivesTheValue() {
        CacheOptions.Times usual = CacheOptions.Times.ofDefaults();
        CacheOptions.Times leaseless =
                new CacheOptions.Times(usual.memory(), usual.untracked(), usual.load(), Duration.ZERO);
        try (Cache<String, String> cache = redis.cache(
                tagged().times(leaseless).loader(key -> slowly("value")).build())) {
            assertThat(cache.get("a")).isEqualTo("value");
            assertTagOutlives("texts:a");
        }
    }

    @Test
    void load_findsNothing_tagOutlivesThatNews() {
        try (Cache<String, String> cache = redis.cache(tagged().ttl(Duration.ofSeconds(30))
                .negative(Duration.ofMinutes(1))
                .loader(key -> null)
                .build())) {
            assertThat(cache.get("a")).isNull();
            assertTagOutlives("texts:a");
        }
    }

    @Test
    void bulkLoad_takesTime_tagOutlivesTheValues() {
        try (Cache<String, String> cache = redis.cache(tagged().bulkLoader(keys -> {
                    String value = slowly("value");
                    return java.util.Map.of("a", value, "b", value);
                })
                .build())) {
            assertThat(cache.getAll(List.of("a", "b"))).hasSize(2);
            assertTagOutlives("texts:a");
            assertTagOutlives("texts:b");
        }
    }

    @Test
    void refresh_ofAValue_prolongsItsTag() {
        try (Cache<String, String> cache = redis.cache(tagged().beta(100)
                .ttl(Duration.ofSeconds(5))
                .loader(key -> slowly("value"))
                .build())) {
            Await.until(
                    SOON,
                    () -> {
                        assertThat(cache.get("a")).isEqualTo("value");
                        return cache.statistics().refreshes() > 0;
                    },
                    () -> "it is refreshed early: " + cache.statistics());
            assertTagOutlives("texts:a");
            assertThat(cache.invalidateTag("table")).isPositive();
            assertThat(redis.run(Keys.exists("texts:a"))).isFalse();
        }
    }

    @Test
    void loadOverWhatIsUnreadable_tagIsInvalidatedMeanwhile_isNotStored() throws InterruptedException {
        byte[] damaged = Frame.lease(new byte[12]);
        damaged[damaged.length - 1] ^= 1;
        redis.run(Strings.set("texts:a", damaged));
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Cache<String, String> cache = redis.cache(tagged().loader(key -> {
                    loading.countDown();
                    go.await();
                    return "old";
                })
                .build())) {
            Thread caller = Thread.ofVirtual().start(() -> cache.get("a"));
            loading.await();
            cache.invalidateTag("table");
            go.countDown();
            caller.join();
            assertThat(redis.run(Strings.get("texts:a"))).isNull();
        }
    }

    @Test
    void loadOverWhatIsUnreadable_undisturbed_isStored() {
        byte[] damaged = Frame.lease(new byte[12]);
        byte[] cut = Arrays.copyOf(damaged, damaged.length - 1);
        redis.run(Strings.set("texts:a", cut));
        try (Cache<String, String> cache =
                redis.cache(tagged().loader(key -> slowly("new")).build())) {
            assertThat(cache.get("a")).isEqualTo("new");
            assertThat(redis.run(Strings.get("texts:a"))).isEqualTo("new");
            assertTagOutlives("texts:a");
            assertThat(cache.statistics().unreadable()).isEqualTo(1);
        }
    }
}
