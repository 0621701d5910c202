package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.cache.codec.Codec;
import dev.millrace.cache.codec.Compression;
import dev.millrace.cache.codec.KeyCodec;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Rejected;
import dev.millrace.command.Strings;
import dev.millrace.resilience.Retry;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a cache does when the server is gone, refuses, or holds what nobody can read. */
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class CacheOutageIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private RedisServer server;

    @BeforeEach
    void start() {
        server = RedisServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static MillraceOptions.Builder impatient(String url) {
        return MillraceOptions.builder(url)
                .commandTimeout(Duration.ofMillis(400))
                .retry(new Retry(0, Duration.ZERO));
    }

    private Millrace client() {
        return Millrace.connect(impatient(server.url()).build());
    }

    private static CacheOptions.Builder<String, String> texts() {
        return CacheOptions.ofStrings("texts");
    }

    // ---- nobody there ----

    @Test
    void get_serverGone_policyAbsent_answersAbsent() {
        AtomicInteger loads = new AtomicInteger();
        try (Millrace redis = client();
                Cache<String, String> cache = redis.cache(texts().outage(OutagePolicy.absent())
                        .loader(key -> "loaded " + loads.incrementAndGet())
                        .build())) {
            server.kill();
            assertThat(cache.get("a")).isNull();
            assertThat(loads).hasValue(0);
            assertThat(cache.statistics().readFailures()).isEqualTo(1);
        }
    }

    @Test
    void get_serverGone_policyLoad_asksTheLoader() {
        try (Millrace redis = client();
                Cache<String, String> cache =
                        redis.cache(texts().loader(key -> "loaded " + key).build())) {
            server.kill();
            assertThat(cache.get("a")).isEqualTo("loaded a");
            assertThat(cache.getAll(List.of("a", "b"))).isEqualTo(Map.of("a", "loaded a", "b", "loaded b"));
        }
    }

    @Test
    void getAll_serverGone_bulkLoaderIsAsked() {
        try (Millrace redis = client();
                Cache<String, String> cache = redis.cache(
                        texts().bulkLoader(keys -> Map.of("a", "loaded")).build())) {
            server.kill();
            assertThat(cache.getAll(List.of("a", "b"))).isEqualTo(Map.of("a", "loaded"));
        }
    }

    @Test
    void get_serverGone_policyFail_throws() {
        try (Millrace redis = client();
                Cache<String, String> cache =
                        redis.cache(texts().outage(OutagePolicy.fail()).build())) {
            server.kill();
            assertThatExceptionOfType(MillraceException.class).isThrownBy(() -> cache.get("a"));
            assertThatExceptionOfType(MillraceException.class).isThrownBy(() -> cache.getAll(List.of("a")));
        }
    }

    @Test
    void get_serverGone_policyStale_answersWhatWasKnown_andRecovers() {
        try (Millrace redis = client();
                Cache<String, String> cache = redis.cache(texts().outage(OutagePolicy.staleOk(Duration.ofMinutes(1)))
                        .build())) {
            cache.set("a", "one");
            assertThat(cache.get("a")).isEqualTo("one");

            server.kill();
            Await.until(SOON, () -> cache.getIfCached("a") == null, "the epoch ends with the connection");
            assertThat(cache.get("a")).isEqualTo("one");
            assertThat(cache.get("unknown")).isNull();
            assertThat(cache.statistics().staleServed()).isEqualTo(1);

            server.restart();
            Await.until(SOON, () -> cache.set("a", "two").isOk(), "the server is back");
            Await.until(SOON, () -> "two".equals(cache.get("a")), "and read again");
            Await.until(SOON, () -> cache.get("a") != null && "two".equals(cache.getIfCached("a")), "and kept again");
        }
    }

    @Test
    void get_serverGone_staleIsTooOld_isAbsent() {
        try (Millrace redis = client();
                Cache<String, String> cache = redis.cache(texts().outage(OutagePolicy.staleOk(Duration.ofNanos(1)))
                        .build())) {
            cache.set("a", "one");
            assertThat(cache.get("a")).isEqualTo("one");
            server.kill();
            Await.until(SOON, () -> cache.getIfCached("a") == null, "the epoch ends with the connection");
            assertThat(cache.get("a")).isNull();
            assertThat(cache.statistics().staleServed()).isZero();
        }
    }

    @Test
    void writes_serverGone_reportFailure() {
        try (Millrace redis = client();
                Cache<String, String> cache = redis.cache(texts().build())) {
            cache.set("a", "one");
            server.kill();
            Written written = cache.set("a", "two");
            assertThat(written.status()).isNotEqualTo(Written.Status.OK);
            assertThat(written.error()).isNotNull();
            assertThatExceptionOfType(MillraceException.class).isThrownBy(written::orThrow);
            assertThat(cache.pipelineSet(List.of(CacheEntry.of("b", "1"), CacheEntry.of("c", "2")))
                            .values())
                    .noneMatch(Written::isOk);
            assertThat(cache.invalidate("a").isOk()).isFalse();
            assertThat(cache.pipelineGet(List.of("a")).get("a").error()).isNotNull();
            assertThat(cache.set(CacheEntry.of("a", "1").tagged("tag")).isOk()).isFalse();
            assertThatExceptionOfType(MillraceException.class).isThrownBy(() -> cache.invalidateTag("tag"));
            assertThat(cache.statistics().writeFailures()).isEqualTo(4);
        }
    }

    @Test
    void get_connectionIsHalfOpen_memoryAnswersNoLongerThanTheFreshness() {
        try (FaultProxy proxy = FaultProxy.to(server);
                Millrace redis = Millrace.connect(
                        impatient(proxy.url()).freshness(Duration.ofMillis(300)).build());
                Cache<String, String> cache = redis.cache(texts().build())) {
            cache.set("a", "one");
            assertThat(cache.get("a")).isEqualTo("one");
            assertThat(cache.getIfCached("a")).isEqualTo("one");
            proxy.freeze();
            server.ask("SET", "texts:a", "two");
            long written = System.nanoTime();
            while (cache.getIfCached("a") != null) {
                assertThat(System.nanoTime() - written)
                        .isLessThan(Duration.ofMillis(500).toNanos());
            }
            proxy.thaw();
            Await.until(SOON, () -> "two".equals(cache.get("a")), "read anew");
        }
    }

    /** A control: it is the message that makes memory forget. Without it the old value is served, and nothing else tells. */
    @Test
    void get_messageOfTheChangeIsLost_oldValueIsServed() {
        try (FaultProxy proxy = FaultProxy.to(server);
                Millrace redis = Millrace.connect(
                        impatient(proxy.url()).freshness(Duration.ofMillis(300)).build());
                Cache<String, String> cache = redis.cache(texts().build())) {
            cache.set("a", "one");
            assertThat(cache.get("a")).isEqualTo("one");
            proxy.dropPush(1);
            server.ask("SET", "texts:a", "two");
            long beats = calls("role");
            Await.until(SOON, () -> calls("role") >= beats + 3, "the stream goes on");
            assertThat(cache.get("a")).isEqualTo("one");
            assertThat(cache.statistics().invalidations()).isZero();

            server.ask("SET", "texts:a", "three");
            cache.clearMemory();
            assertThat(cache.get("a")).isEqualTo("three");
        }
    }

    private long calls(String command) {
        String counted = server.info("commandstats").get("cmdstat_" + command);
        return counted == null ? 0 : Long.parseLong(counted.replaceFirst("calls=(\\d+).*", "$1"));
    }

    @Test
    void get_nobodyReads_heartbeatsKeepTheEpochFresh() {
        try (Millrace redis = Millrace.connect(impatient(server.url())
                        .freshness(Duration.ofMillis(300))
                        .build());
                Cache<String, String> cache = redis.cache(texts().build())) {
            cache.set("a", "one");
            assertThat(cache.get("a")).isEqualTo("one");
            Await.until(SOON, () -> calls("role") >= 5, "heartbeats");
            assertThat(cache.getIfCached("a")).isEqualTo("one");
        }
    }

    // ---- servers that can't, or may not ----

    @Test
    void get_serverSpeaksResp2_isBoundedByTime() {
        try (Millrace redis =
                        Millrace.connect(impatient(server.url()).protocol(2).build());
                Cache<String, String> cache = redis.cache(texts().times(new CacheOptions.Times(
                                Duration.ofHours(1),
                                Duration.ofMillis(100),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1)))
                        .build())) {
            cache.set("a", "one");
            assertThat(cache.get("a")).isEqualTo("one");
            assertThat(cache.getIfCached("a")).isEqualTo("one");
            server.ask("SET", "texts:a", "two");
            Await.until(SOON, () -> "two".equals(cache.get("a")), "the time without tracking is over");
        }
    }

    @Test
    void get_userMayNotTrack_isBoundedByTime() {
        try (RedisServer strict = RedisServer.builder()
                        .user("app", "on", ">secret", "~*", "&*", "+@all", "-client|tracking", "-client|caching")
                        .start();
                Millrace redis = Millrace.connect(
                        impatient(strict.url()).credentials("app", "secret").build());
                Cache<String, String> cache =
                        redis.cache(texts().loader(key -> "loaded").build())) {
            assertThat(cache.get("a")).isEqualTo("loaded");
            assertThat(cache.get("a")).isEqualTo("loaded");
            assertThat(cache.getIfCached("a")).isEqualTo("loaded");
        }
    }

    @Test
    void get_userMayTrackButNotSayWhat_isBoundedByTime() {
        try (RedisServer strict = RedisServer.builder()
                        .user("app", "on", ">secret", "~*", "&*", "+@all", "-client|caching")
                        .start();
                Millrace redis = Millrace.connect(
                        impatient(strict.url()).credentials("app", "secret").build());
                Cache<String, String> cache = redis.cache(texts().build())) {
            cache.set("a", "one");
            assertThat(cache.get("a")).isEqualTo("one");
            assertThat(cache.getIfCached("a")).isEqualTo("one");
            strict.ask("SET", "texts:a", "two");
            Await.until(SOON, () -> "two".equals(cache.get("a")), "the time without tracking is over");
        }
    }

    @Test
    void get_serverIsFull_loadsAndServes() {
        server.ask("CONFIG", "SET", "maxmemory", "1");
        try (Millrace redis = client();
                Cache<String, String> cache =
                        redis.cache(texts().loader(key -> "loaded").build())) {
            assertThat(cache.get("a")).isEqualTo("loaded");
            Written written = cache.set("a", "two");
            assertThat(written.status()).isEqualTo(Written.Status.FAILED);
            assertThat(written.error()).hasMessageContaining("OOM");
        }
    }

    // ---- what is stored there ----

    @Test
    void get_foreignAndDamagedFrames_areMissesThatAreCounted() {
        try (Millrace redis = client();
                Cache<String, String> cache =
                        redis.cache(texts().loader(key -> "loaded").build());
                Cache<String, String> without = redis.cache(texts().build())) {
            byte[] framed = Compression.zstd().above(10).wrap("x".repeat(1000).getBytes());
            byte[] cut = java.util.Arrays.copyOf(framed, framed.length - 3);
            redis.run(Strings.set("texts:cut".getBytes(), cut));
            redis.run(Strings.set("texts:bytes".getBytes(), new byte[] {(byte) 0xff, (byte) 0xfe}));
            for (String key : List.of("cut", "bytes")) {
                assertThat(without.get(key)).isNull();
                assertThat(cache.get(key)).isEqualTo("loaded");
                assertThat(redis.run(Strings.get("texts:" + key)))
                        .as("it has taken the place of what can't be read")
                        .isEqualTo("loaded");
            }
            assertThat(cache.statistics().unreadable()).isEqualTo(2);
        }
    }

    @Test
    void get_keyHoldsAnotherType_isAFailureOfThatKey() {
        server.ask("RPUSH", "texts:list", "x");
        try (Millrace redis = client();
                Cache<String, String> cache =
                        redis.cache(texts().loader(key -> "loaded").build())) {
            assertThat(cache.get("list")).isEqualTo("loaded");
            cache.set("a", "one");
            assertThat(cache.getAll(List.of("a", "list"))).isEqualTo(Map.of("a", "one", "list", "loaded"));
            assertThat(server.ask("TYPE", "texts:list")).isEqualTo("list");
        }
    }

    @Test
    void values_compressed_areReadByThoseWhoDoNotCompress() {
        String large = "{\"name\":\"a name that repeats\"}".repeat(500);
        try (Millrace redis = client();
                Cache<String, String> zstd =
                        redis.cache(texts().compression(Compression.zstd()).build());
                Cache<String, String> lz4 =
                        redis.cache(texts().compression(Compression.lz4()).build());
                Cache<String, String> plain = redis.cache(texts().build())) {
            zstd.set("z", large);
            lz4.set("l", large);
            plain.set("p", large);
            for (Cache<String, String> cache : List.of(zstd, lz4, plain)) {
                assertThat(cache.getAll(List.of("z", "l", "p"))).hasSize(3).containsValue(large);
            }
            assertThat(redis.run(Strings.strlen("texts:z"))).isLessThan(500);
            assertThat(redis.run(Strings.get("texts:p"))).isEqualTo(large);
        }
    }

    @Test
    void set_codecCanNotWrite_isAFailureOfThatEntry() {
        Codec<String> picky = Codec.of(
                text -> {
                    if (text.equals("secret value")) {
                        throw new IllegalStateException("can't write " + text);
                    }
                    return text.getBytes();
                },
                String::new);
        try (Millrace redis = client();
                Cache<String, String> cache = redis.cache(
                        CacheOptions.builder("texts", KeyCodec.strings(), picky).build())) {
            Map<String, Written> written =
                    cache.pipelineSet(List.of(CacheEntry.of("a", "fine"), CacheEntry.of("b", "secret value")));
            assertThat(written.get("a").isOk()).isTrue();
            assertThat(written.get("b").status()).isEqualTo(Written.Status.FAILED);
            assertThat(written.get("b").error()).message().doesNotContain("secret");
        }
    }

    // ---- the end ----

    @Test
    void get_cacheIsClosed_isRejected() {
        try (Millrace redis = client()) {
            Cache<String, String> cache = redis.cache(texts().build());
            cache.set("a", "one");
            assertThat(cache.get("a")).isEqualTo("one");
            cache.close();
            cache.close();
            assertThat(cache.getIfCached("a")).isNull();
            assertThatExceptionOfType(Rejected.class)
                    .isThrownBy(() -> cache.get("a"))
                    .withMessageContaining("closed");
        }
    }

    @Test
    void cache_clientIsClosed_isClosedWithIt() {
        Millrace redis = client();
        Cache<String, String> cache = redis.cache(texts().build());
        cache.set("a", "one");
        redis.close();
        assertThatExceptionOfType(Rejected.class).isThrownBy(() -> cache.get("a"));
        assertThatExceptionOfType(Rejected.class).isThrownBy(() -> redis.cache(texts().build()));
    }
}
