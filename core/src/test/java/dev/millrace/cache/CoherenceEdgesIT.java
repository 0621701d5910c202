package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.Strings;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
}
