package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.cache.codec.Codec;
import dev.millrace.cache.codec.Compression;
import dev.millrace.cache.codec.KeyCodec;
import dev.millrace.command.Strings;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders of events that a checker under load meets by chance only, each brought about on purpose. */
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class CoherenceEdgesIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration BOUND = Duration.ofMillis(200);
    private static final Executor VIRTUAL = task -> Thread.ofVirtual().start(task);

    private RedisServer server;
    private FaultProxy proxy;
    private Millrace direct;

    @BeforeEach
    void start() {
        server = RedisServer.start();
        proxy = FaultProxy.to(server);
        direct = Millrace.connect(server.url());
    }

    @AfterEach
    void stop() {
        direct.close();
        proxy.close();
        server.close();
    }

    private MillraceOptions.Builder options() {
        return MillraceOptions.builder(proxy.url()).freshness(BOUND);
    }

    private static CacheOptions.Builder<String, String> texts() {
        return CacheOptions.ofStrings("texts").outage(OutagePolicy.fail());
    }

    private static CacheOptions.Times untracked(Duration bound) {
        CacheOptions.Times times = CacheOptions.Times.ofDefaults();
        return new CacheOptions.Times(times.memory(), bound, times.load(), times.lease());
    }

    private long gets() {
        String stats = server.info("commandstats").get("cmdstat_get");
        return stats == null ? 0 : Long.parseLong(stats.replaceFirst("calls=(\\d+).*", "$1"));
    }

    private static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        Await.until(SOON, () -> System.nanoTime() - until >= 0, () -> time + " have passed");
    }

    /** Its answer is on the way for longer than the bound: who asks now must not be given it. */
    @Test
    void get_anotherReadIsUnderWayForLongerThanTheBound_asksAnew() {
        direct.run(Strings.set("texts:a", "old"));
        try (Millrace redis = Millrace.connect(options().build());
                Cache<String, String> cache = redis.cache(texts().build())) {
            assertThat(cache.get("other")).isNull(); // connected
            long asked = gets();
            proxy.freeze(Direction.TO_CLIENT);
            CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> cache.get("a"), VIRTUAL);
            Await.until(SOON, () -> gets() > asked, "the server has answered");
            direct.run(Strings.set("texts:a", "new"));
            pass(BOUND);
            CompletableFuture<String> later = CompletableFuture.supplyAsync(() -> cache.get("a"), VIRTUAL);
            Await.until(SOON, () -> cache.statistics().misses() == 3, "it has begun");
            pass(Duration.ofMillis(20));
            proxy.thaw();
            assertThat(later.join()).isEqualTo("new");
            assertThat(first.join()).as("it asked before").isIn("old", "new");
            assertThat(cache.get("a")).isEqualTo("new");
        }
    }

    /** The time of an answer on its way is part of what nobody hears of changes in. */
    @Test
    void get_untrackedAnswerWasLongOnItsWay_isKeptForSoMuchLess() {
        Duration bound = Duration.ofMillis(400);
        direct.run(Strings.set("texts:a", "old"));
        try (Millrace redis = Millrace.connect(options().protocol(2).build());
                Cache<String, String> cache =
                        redis.cache(texts().times(untracked(bound)).build())) {
            assertThat(cache.get("other")).isNull();
            long asked = gets();
            proxy.freeze(Direction.TO_CLIENT);
            CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> cache.get("a"), VIRTUAL);
            Await.until(SOON, () -> gets() > asked, "the server has answered");
            direct.run(Strings.set("texts:a", "new"));
            pass(bound);
            proxy.thaw();
            assertThat(first.join()).isEqualTo("old");
            assertThat(cache.get("a")).isEqualTo("new");
        }
    }

    /** Others read it all the time, and what they have read before the write must not be what the writer finds after. */
    @Test
    void set_whileOthersReadTheSameKey_isSeenByTheWriterEachTime() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> others = new ArrayList<>();
        List<String> old = new ArrayList<>();
        try (Millrace redis = Millrace.connect(server.url());
                Cache<String, String> cache = redis.cache(texts().build())) {
            for (int i = 0; i < 4; i++) {
                others.add(Thread.ofVirtual().start(() -> {
                    while (!over.get()) {
                        String unused = cache.get("a");
                        LockSupport.parkNanos(20_000);
                    }
                }));
            }
            for (int i = 0; i < 1_000; i++) {
                cache.set("a", "value " + i).orThrow();
                String seen = cache.get("a");
                if (!("value " + i).equals(seen)) {
                    old.add(i + " was written, and seen is " + seen);
                }
            }
            over.set(true);
            for (Thread other : others) {
                other.join();
            }
        }
        assertThat(old).isEmpty();
    }

    /** The server has answered: whatever is to be done when it does not is not to be done here. */
    @Test
    void get_keyHoldsAnotherType_isAMissThatIsCounted() {
        server.ask("RPUSH", "texts:list", "x");
        for (OutagePolicy policy : List.of(OutagePolicy.fail(), OutagePolicy.absent(), OutagePolicy.load())) {
            try (Millrace redis = Millrace.connect(server.url());
                    Cache<String, String> loading = redis.cache(
                            texts().outage(policy).loader(key -> "loaded").build());
                    Cache<String, String> plain =
                            redis.cache(texts().outage(policy).build())) {
                assertThat(loading.get("list")).isEqualTo("loaded");
                assertThat(loading.getAll(List.of("list"))).isEqualTo(Map.of("list", "loaded"));
                assertThat(loading.statistics().unreadable()).isEqualTo(2);
                assertThat(plain.get("list")).isNull();
                assertThat(plain.statistics().unreadable()).isEqualTo(1);
                assertThat(server.ask("TYPE", "texts:list")).isEqualTo("list");
            }
        }
    }

    /** Any bytes at all: never an exception where there is a loader, and never a value that nobody wrote. */
    @Test
    void get_anyBytesAreThere_isAMissOrWhatTheyAre() {
        Random random = new Random(7);
        byte[] bomb = Compression.zstd().above(10).wrap(new byte[4 << 20]);
        byte[] frame = Compression.zstd().above(10).wrap("x".repeat(500).getBytes(StandardCharsets.UTF_8));
        try (Millrace redis = Millrace.connect(server.url());
                Cache<String, byte[]> cache =
                        redis.cache(CacheOptions.<String, byte[]>builder("bytes", KeyCodec.strings(), Codec.bytes())
                                .compression(Compression.zstd().maxBytes(1 << 20))
                                .outage(OutagePolicy.fail())
                                .loader(key -> new byte[] {42})
                                .build())) {
            direct.run(Strings.set("bytes:bomb".getBytes(StandardCharsets.UTF_8), bomb));
            assertThat(cache.get("bomb")).containsExactly(42);
            assertThat(cache.statistics().unreadable()).isEqualTo(1);
            for (int i = 0; i < 300; i++) {
                byte[] there = Arrays.copyOf(frame, random.nextInt(1, frame.length));
                if (i % 2 == 0) {
                    random.nextBytes(there);
                }
                byte[] key = ("k" + i).getBytes(StandardCharsets.UTF_8);
                direct.run(Strings.set(("bytes:k" + i).getBytes(StandardCharsets.UTF_8), there));
                byte[] got = cache.get(new String(key, StandardCharsets.UTF_8));
                if (i % 2 == 0) {
                    assertThat(got).isIn(there, new byte[] {42});
                } else {
                    assertThat(got)
                            .as("a frame that was cut at " + there.length)
                            .containsExactly(42);
                }
            }
        }
    }
}
