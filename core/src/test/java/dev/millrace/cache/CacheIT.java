package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.command.Keys;
import dev.millrace.command.Strings;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a cache does when all goes well, on whatever servers there are. */
@OnEveryTopology
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class CacheIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private static TestDeployment server;
    private Millrace redis;
    private Millrace other;

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
        other = Millrace.connect(server.options().build());
    }

    @AfterEach
    void disconnect() {
        redis.close();
        other.close();
    }

    private static CacheOptions.Builder<String, String> texts() {
        return CacheOptions.ofStrings("texts");
    }

    /** Reads until memory answers: the first reads of a connection that is just being made may not be kept. */
    private static void warmed(Cache<String, String> cache, String key, String value) {
        Await.until(
                SOON,
                () -> {
                    assertThat(cache.get(key)).isEqualTo(value);
                    return value.equals(cache.getIfCached(key));
                },
                () -> "the value is kept: " + cache.statistics());
    }

    // ---- two levels ----

    @Test
    void get_valueOfAnother_isKeptInMemory() {
        other.run(Strings.set("texts:a", "one"));
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            warmed(cache, "a", "one");
            long reads = server.calls("get");

            assertThat(cache.get("a")).isEqualTo("one");

            assertThat(server.calls("get")).isEqualTo(reads);
        }
    }

    @Test
    void get_firstOfAll_isKept() {
        other.run(Strings.set("texts:a", "one"));
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            assertThat(cache.get("a")).isEqualTo("one");
            assertThat(cache.getIfCached("a")).isEqualTo("one");
            assertThat(cache.flightsUnderWay()).isZero();
        }
    }

    @Test
    void get_changedByAnother_isSeen() {
        other.run(Strings.set("texts:a", "one"));
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            warmed(cache, "a", "one");

            other.run(Strings.set("texts:a", "two"));

            Await.until(SOON, () -> cache.getIfCached("a") == null, "the old value is forgotten");
            assertThat(cache.get("a")).isEqualTo("two");
            assertThat(cache.statistics().invalidations()).isPositive();
        }
    }

    @Test
    void get_changedTwice_isSeenTwice() {
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            for (int i = 0; i < 20; i++) {
                String value = "value " + i;
                other.run(Strings.set("texts:a", value));
                Await.until(SOON, () -> value.equals(cache.get("a")), "the newest value");
                assertThat(cache.getIfCached("a")).isEqualTo(value);
            }
        }
    }

    @Test
    void get_absent_isKeptUntilItComesToBe() {
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            assertThat(cache.get("a")).isNull();
            long reads = server.calls("get");
            assertThat(cache.get("a")).isNull();
            assertThat(server.calls("get")).isEqualTo(reads);

            other.run(Strings.set("texts:a", "one"));

            Await.until(SOON, () -> "one".equals(cache.get("a")), "it has come to be");
        }
    }

    @Test
    void get_negativeIsZero_asksEachTime() {
        try (Cache<String, String> cache =
                redis.cache(texts().negative(Duration.ZERO).build())) {
            assertThat(cache.get("a")).isNull();
            long reads = server.calls("get");
            assertThat(cache.get("a")).isNull();
            assertThat(server.calls("get")).isGreaterThan(reads);
        }
    }

    @Test
    void set_thenGet_seesOwnWriteEachTime() {
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            for (int i = 0; i < 200; i++) {
                assertThat(cache.set("a", "value " + i).isOk()).isTrue();
                assertThat(cache.get("a")).isEqualTo("value " + i);
            }
        }
    }

    @Test
    void set_expires_isGone() {
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            cache.set("a", "one", Duration.ofMillis(30));
            Await.until(SOON, () -> cache.get("a") == null, "its time is over");
            assertThat(other.run(Keys.exists("texts:a"))).isFalse();
        }
    }

    @Test
    void set_keysOfAnyCharacters_stayApart() {
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            List<String> keys = List.of("", "~", "~~", "~r:x", "~h", "{", "}", "{}", "a:b", "\0", "ü\uD83D\uDE00", " ");
            keys.forEach(key -> cache.set(key, "of " + key));
            for (String key : keys) {
                assertThat(cache.get(key)).isEqualTo("of " + key);
                assertThat(cache.getIfCached(key)).isEqualTo("of " + key);
            }
        }
    }

    // ---- several at once ----

    @Test
    void pipelineSet_each_hasItsOutcome() {
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            List<CacheEntry<String, String>> entries = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                entries.add(CacheEntry.of("k" + i, "v" + i, Duration.ofMinutes(1 + i)));
            }
            Map<String, Written> written = cache.pipelineSet(entries);
            assertThat(written).hasSize(100);
            assertThat(written.values()).allMatch(Written::isOk);

            List<String> keys = entries.stream().map(CacheEntry::key).toList();
            Map<String, String> values = cache.getAll(keys);

            assertThat(values).hasSize(100).containsEntry("k7", "v7");
            assertThat(values.keySet()).containsExactlyElementsOf(keys);
            assertThat(cache.pipelineGet(List.of("k1", "nothing")))
                    .containsEntry("k1", new Fetched<>("v1", null))
                    .containsEntry("nothing", new Fetched<>(null, null));
        }
    }

    @Test
    void getAll_someInMemory_readsOthersInOneTripPerMaster() {
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            long fewest = Long.MAX_VALUE;
            for (int round = 0;
                    round < 5;
                    round++) { // looks at the topology and heartbeats are writes too, now and then
                List<String> keys = new ArrayList<>();
                List<CacheEntry<String, String>> entries = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    keys.add("k" + round + ":" + i);
                    entries.add(CacheEntry.of(keys.get(i), "v" + i));
                }
                cache.pipelineSet(entries);
                assertThat(cache.getAll(keys.subList(0, 25))).hasSize(25);
                long writes = redis.statistics().writes();

                assertThat(cache.getAll(keys)).hasSize(50);

                fewest = Math.min(fewest, redis.statistics().writes() - writes);
                long reads = server.calls("get") + server.calls("mget");
                assertThat(cache.getAll(keys)).hasSize(50);
                assertThat(server.calls("get") + server.calls("mget")).isEqualTo(reads);
            }
            assertThat(fewest).isLessThanOrEqualTo(server.masters().size());
        }
    }

    @Test
    void emptyCollections_sendNothing() {
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            assertThat(cache.getAll(List.of())).isEmpty();
            assertThat(cache.pipelineSet(List.of())).isEmpty();
            assertThat(cache.pipelineGet(List.of())).isEmpty();
            assertThat(cache.invalidate(List.of())).isEmpty();
            assertThat(redis.statistics().commands()).isZero();
        }
    }

    @Test
    void invalidate_some_leavesOthers() {
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            cache.set("a", "1");
            cache.set("b", "2");
            cache.set("c", "3");
            assertThat(cache.invalidate(List.of("a", "b")).values()).allMatch(Written::isOk);
            assertThat(cache.getAll(List.of("a", "b", "c"))).isEqualTo(Map.of("c", "3"));
        }
    }

    // ---- loaders ----

    @Test
    void get_missedByManyAtOnce_loadsOnce() throws InterruptedException {
        AtomicInteger loads = new AtomicInteger();
        int callers = 1_000;
        CountDownLatch inside = new CountDownLatch(1);
        try (Cache<String, String> cache = redis.cache(texts().loader(key -> {
                    inside.await();
                    return "loaded " + loads.incrementAndGet();
                })
                .build())) {
            List<String> answers = java.util.Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                threads.add(Thread.ofVirtual().start(() -> answers.add(cache.get("hot"))));
            }
            Await.until(
                    SOON,
                    () -> cache.statistics().coalesced() == callers - 1,
                    () -> "all others wait: " + cache.statistics());
            inside.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(loads).hasValue(1);
            assertThat(answers).hasSize(callers).containsOnly("loaded 1");
            assertThat(cache.get("hot")).isEqualTo("loaded 1");
        }
    }

    @Test
    void getAll_someAreOnTheirWay_areWaitedForAndNotAskedForAgain() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        BulkLoader<String, String> loader = keys -> {
            if (keys.contains("a")) {
                inside.await();
            }
            return keys.stream().collect(Collectors.toMap(key -> key, key -> "loaded " + key));
        };
        try (Cache<String, String> cache =
                redis.cache(texts().bulkLoader(loader).build())) {
            List<Map<String, String>> answers = java.util.Collections.synchronizedList(new ArrayList<>());
            Thread first = Thread.ofVirtual().start(() -> answers.add(cache.getAll(List.of("a", "b", "c", "d"))));
            Await.until(SOON, () -> cache.flightsUnderWay() == 4, "the first leads four");
            Thread second = Thread.ofVirtual().start(() -> answers.add(cache.getAll(List.of("a", "b", "c", "d", "e"))));
            Await.until(SOON, () -> cache.statistics().coalesced() == 1, "the second has all but these, and waits");
            long reads = server.calls("pttl");
            inside.countDown();
            first.join();
            second.join();
            assertThat(answers).extracting(Map::size).containsExactlyInAnyOrder(4, 5);
            assertThat(answers.getLast()).containsEntry("d", "loaded d");
            assertThat(server.calls("pttl")).isEqualTo(reads);
        }
    }

    @Test
    void get_missedByTwoClients_loadsOnce() throws InterruptedException {
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch inside = new CountDownLatch(1);
        Loader<String, String> loader = key -> {
            inside.await();
            return "loaded " + loads.incrementAndGet();
        };
        try (Cache<String, String> here = redis.cache(texts().loader(loader).build());
                Cache<String, String> there = other.cache(texts().loader(loader).build())) {
            List<String> answers = java.util.Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = List.of(
                    Thread.ofVirtual().start(() -> answers.add(here.get("hot"))),
                    Thread.ofVirtual().start(() -> answers.add(there.get("hot"))));
            Await.until(
                    SOON,
                    () -> here.statistics().misses() == 1
                            && there.statistics().misses() == 1
                            && here.statistics().remoteMisses()
                                            + there.statistics().remoteMisses()
                                    >= 2,
                    "both have missed it");
            inside.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(loads).hasValue(1);
            assertThat(answers).containsExactly("loaded 1", "loaded 1");
        }
    }

    @Test
    void get_loaderFindsNothing_isBelievedEverywhere() {
        AtomicInteger loads = new AtomicInteger();
        Loader<String, String> nothing = key -> {
            loads.incrementAndGet();
            return null;
        };
        try (Cache<String, String> here = redis.cache(texts().loader(nothing).build());
                Cache<String, String> there =
                        other.cache(texts().loader(nothing).build())) {
            assertThat(here.get("a")).isNull();
            assertThat(here.get("a")).isNull();
            assertThat(there.get("a")).isNull();
            assertThat(loads).hasValue(1);
        }
    }

    @Test
    void get_loaderThrows_eachCallerIsTold() {
        try (Cache<String, String> cache = redis.cache(texts().loader(key -> {
                    throw new java.io.IOException("the database is gone");
                })
                .build())) {
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(LoadFailure.class)
                        .isThrownBy(() -> cache.get("a"))
                        .withCauseInstanceOf(java.io.IOException.class);
            }
            assertThat(cache.statistics().loadFailures()).isEqualTo(2);
            assertThat(other.run(Keys.exists("texts:a"))).as("no lease is left").isFalse();
        }
    }

    @Test
    void get_invalidatedDuringLoad_isNotStored() throws InterruptedException {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Cache<String, String> cache = redis.cache(texts().loader(key -> {
                    loading.countDown();
                    go.await();
                    return "old";
                })
                .build())) {
            List<String> answers = java.util.Collections.synchronizedList(new ArrayList<>());
            Thread caller = Thread.ofVirtual().start(() -> answers.add(cache.get("a")));
            loading.await();
            other.run(Keys.del("texts:a"));
            go.countDown();
            caller.join();
            assertThat(answers).containsExactly("old");
            assertThat(other.run(Strings.get("texts:a"))).isNull();
            assertThat(cache.getIfCached("a")).isNull();
        }
    }

    @Test
    void getAll_bulkLoader_isAskedOnceForWhatIsMissing() {
        List<Set<String>> asked = new ArrayList<>();
        try (Cache<String, String> cache = redis.cache(texts().bulkLoader(keys -> {
                    asked.add(keys);
                    Map<String, String> values = new LinkedHashMap<>();
                    keys.stream().filter(key -> !key.equals("none")).forEach(key -> values.put(key, "loaded " + key));
                    return values;
                })
                .build())) {
            cache.set("b", "set");
            assertThat(cache.getAll(List.of("a", "b", "c", "none")))
                    .isEqualTo(Map.of("a", "loaded a", "b", "set", "c", "loaded c"));
            assertThat(asked).containsExactly(Set.of("a", "c", "none"));
            assertThat(cache.getAll(List.of("a", "b", "c", "none"))).hasSize(3);
            assertThat(asked).hasSize(1);
            assertThat(other.run(Strings.get("texts:c"))).isEqualTo("loaded c");
        }
    }

    // ---- tags ----

    @Test
    void invalidateTag_endsAllThatHaveIt_everywhere() {
        try (Cache<String, String> cache = redis.cache(texts().build());
                Cache<String, String> elsewhere = other.cache(texts().build())) {
            for (int i = 0; i < 1_500; i++) {
                assertThat(cache.set(CacheEntry.of("k" + i, "v").tagged("odd{}%", "all"))
                                .isOk())
                        .isTrue();
                if (i == 3) {
                    assertThat(elsewhere.get("k3")).isEqualTo("v");
                }
            }
            cache.set("untagged", "stays");

            assertThat(cache.invalidateTag("odd{}%")).isEqualTo(1_500);

            assertThat(cache.get("k1499")).isNull();
            assertThat(cache.get("untagged")).isEqualTo("stays");
            Await.until(SOON, () -> elsewhere.get("k3") == null, "gone elsewhere too");
            assertThat(cache.invalidateTag("odd{}%")).isZero();
            assertThat(cache.invalidateTag("unknown")).isZero();
        }
    }

    @Test
    void invalidateTag_duringLoad_isNotStored() throws InterruptedException {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Cache<String, String> cache = redis.cache(texts().tags(key -> Set.of("table"))
                        .loader(key -> {
                            loading.countDown();
                            go.await();
                            return "old";
                        })
                        .build());
                Cache<String, String> elsewhere = other.cache(texts().build())) {
            Thread caller = Thread.ofVirtual().start(() -> cache.get("a"));
            loading.await();
            assertThat(elsewhere.invalidateTag("table")).isEqualTo(1);
            go.countDown();
            caller.join();
            assertThat(other.run(Strings.get("texts:a"))).isNull();
        }
    }

    // ---- switches ----

    /** Nobody tells it of changes any more. */
    @Test
    void ttl_setToZero_switchesOffAndOnAgain() {
        AtomicInteger loads = new AtomicInteger();
        try (Cache<String, String> cache = redis.cache(
                texts().loader(key -> "loaded " + loads.incrementAndGet()).build())) {
            assertThat(cache.get("a")).isEqualTo("loaded 1");
            cache.ttl(TtlClass.DEFAULT, Duration.ZERO);
            assertThat(cache.get("a")).isEqualTo("loaded 2");
            assertThat(cache.get("a")).isEqualTo("loaded 3");
            assertThat(cache.getIfCached("a")).isNull();
            cache.ttl(TtlClass.DEFAULT, Duration.ofMinutes(1));
            assertThat(cache.get("a")).isEqualTo("loaded 1");
        }
    }

    @Test
    void ttlClass_unknown_isRefusedBeforeAnythingIsWritten() {
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> cache.pipelineSet(
                            List.of(CacheEntry.of("a", "1"), CacheEntry.of("b", "2", TtlClass.named("patient")))))
                    .withMessageContaining("patient");
            assertThat(redis.statistics().commands()).isZero();
        }
    }

    @Test
    void broadcast_changesOfOthers_areSeen() {
        try (Cache<String, String> cache = redis.cache(texts().broadcast().build())) {
            other.run(Strings.set("texts:a", "one"));
            warmed(cache, "a", "one");
            other.run(Strings.set("texts:a", "two"));
            Await.until(SOON, () -> "two".equals(cache.get("a")), "the newest");
        }
    }

    @Test
    void warm_keys_areInMemory() {
        List<String> keys = new ArrayList<>();
        List<WarmProgress> told = new ArrayList<>();
        try (Cache<String, String> cache = redis.cache(texts().build())) {
            for (int i = 0; i < 250; i++) {
                keys.add("k" + i);
                cache.set("k" + i, "v" + i);
            }
            keys.add("nothing");
            assertThat(cache.warm(keys, 100_000, told::add)).isEqualTo(250);
            assertThat(told).hasSize(3).last().isEqualTo(new WarmProgress(251, 251, 250));
            assertThat(keys.subList(0, 250)).allMatch(key -> cache.getIfCached(key) != null);
        }
    }

    @Test
    void warm_hotKeysWereNoted_areReadAtStart() {
        try (Cache<String, String> cache = redis.cache(texts().warm(10).build())) {
            cache.set("hot", "value");
            assertThat(cache.get("hot")).isEqualTo("value");
        }
        try (Cache<String, String> next = other.cache(texts().warm(10).build())) {
            Await.until(SOON, () -> "value".equals(next.getIfCached("hot")), "read before anybody asked");
        }
    }

    @Test
    void flushAll_warmCache_isReadAgain() {
        try (Cache<String, String> cache = redis.cache(texts().warm(10).build())) {
            cache.set("hot", "value");
            assertThat(cache.get("hot")).isEqualTo("value");
            server.ask("FLUSHALL");
            Await.until(SOON, () -> cache.getIfCached("hot") == null, "forgotten");
            other.run(Strings.set("texts:hot", "again"));
            Await.until(SOON, () -> "again".equals(cache.getIfCached("hot")), "read again by itself");
        }
    }
}
