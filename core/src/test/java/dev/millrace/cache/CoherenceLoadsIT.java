package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One hot key, many who want it, and one load; also when whoever loads it is no more. */
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class CoherenceLoadsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int CALLERS = 1_000;

    private final List<OtherProcess> others = new ArrayList<>();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();
    private RedisServer server;
    private CacheSetup setup;

    @BeforeEach
    void start() {
        server = RedisServer.start();
        setup = CacheSetup.of(server.url());
    }

    @AfterEach
    void stop() {
        others.forEach(OtherProcess::close);
        server.close();
    }

    private void hear(String line) {
        String[] words = line.split(" ");
        answers.merge(words[2], Integer.parseInt(words[1]), Integer::sum);
    }

    private String exists() {
        return String.valueOf(server.ask("EXISTS", CacheSetup.PREFIX + OtherProcessMain.HOT));
    }

    /** All wait before the load ends, so that one load has to be enough for all. */
    @Test
    void get_hotKeyInFourProcesses_isLoadedOnce() {
        for (int i = 0; i < 4; i++) {
            others.add(OtherProcess.start());
        }
        others.forEach(other -> other.load(CALLERS / 4, LONG, setup, this::hear));
        // Each process has one that leads; the first has the lease, the others have found it and wait.
        Await.until(
                SOON,
                () -> setCalls() >= 4 && "1".equals(server.ask("GET", "loads")),
                () -> "all four have asked; " + setCalls());
        server.ask("SET", "go", "yes");
        others.forEach(other -> other.await("loaded"));
        assertThat(server.ask("GET", "loads")).isEqualTo("1");
        assertThat(answers).isEqualTo(Map.of("loaded-1", CALLERS));
    }

    private long setCalls() {
        String stats = server.info("commandstats").get("cmdstat_set");
        return stats == null ? 0 : Long.parseLong(stats.replaceFirst("calls=(\\d+).*", "$1"));
    }

    /** The value was there and has ended: a stampede as it happens. */
    @Test
    void get_expiredHotKeyInOneProcess_isLoadedOnce() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        List<String> answered = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger loads = new AtomicInteger();
        try (Millrace redis = setup.connect();
                Cache<String, String> cache = redis.cache(setup.cache()
                        .beta(0)
                        .loader(key -> {
                            int load = loads.incrementAndGet();
                            go.await();
                            return "loaded-" + load;
                        })
                        .build())) {
            cache.set("hot", "before", Duration.ofMillis(50)).orThrow();
            Await.until(SOON, () -> "0".equals(exists()), "it has ended");
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                threads.add(Thread.ofVirtual().start(() -> answered.add(cache.get("hot"))));
            }
            Await.until(SOON, () -> cache.statistics().coalesced() >= CALLERS - 1, "all others wait");
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(loads).hasValue(1);
        assertThat(answered).hasSize(CALLERS).containsOnly("loaded-1");
    }

    /** The lease of a process that was killed ends by its time; then another loads, and nobody waits for longer. */
    @Test
    void get_loaderIsKilled_anotherLoadsWhenTheLeaseEnds() {
        Duration lease = Duration.ofMillis(1_500);
        OtherProcess first = OtherProcess.start();
        OtherProcess second = OtherProcess.start();
        others.addAll(List.of(first, second));
        first.load(10, lease, setup, this::hear);
        Await.until(SOON, () -> "1".equals(server.ask("GET", "loads")), "it loads");
        first.kill();
        server.ask("SET", "go", "yes");
        long began = System.nanoTime();
        second.load(100, lease, setup, this::hear);
        second.await("loaded");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(lease.plusSeconds(5));
        assertThat(answers).isEqualTo(Map.of("loaded-2", 100));
        assertThat(exists()).isEqualTo("1");
    }

    /** Whoever loads for longer than its lease does not put what it found over what has come since. */
    @Test
    void get_loadTakesLongerThanTheLease_isNotStoredOverWhatCameSince() {
        Duration lease = Duration.ofMillis(200);
        OtherProcess slow = OtherProcess.start();
        others.add(slow);
        slow.load(1, lease, setup, this::hear);
        Await.until(SOON, () -> "1".equals(server.ask("GET", "loads")), "it loads");
        slow.pause();
        Await.until(SOON, () -> exists().equals("0"), "its lease has ended");
        server.ask("SET", CacheSetup.PREFIX + OtherProcessMain.HOT, "newer");
        server.ask("SET", "go", "yes");
        slow.resume();
        slow.await("loaded");
        assertThat(answers).isEqualTo(Map.of("loaded-1", 1));
        assertThat(server.ask("GET", CacheSetup.PREFIX + OtherProcessMain.HOT)).isEqualTo("newer");
    }
}
