package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NoLeakedThreads
class MemoryCacheTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Begins where an overflow is near: times are compared by difference. */
    private final AtomicLong now =
            new AtomicLong(Long.MAX_VALUE - Duration.ofMinutes(2).toNanos());

    private final MemoryCache<String, String> cache = new MemoryCache<>("test", 100, now::get);

    @AfterEach
    void close() {
        cache.close();
        assertThat(cache.memory().flightsUnderWay()).isZero();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    // ---- time ----

    @Test
    void get_classesOfTheirTimes_endOneAfterTheOther() {
        cache.setShort("short", "s");
        cache.setMedium("medium", "m");
        cache.setLong("long", "l");

        pass(Duration.ofMinutes(1).minusNanos(1));
        assertThat(cache.get("short")).isEqualTo("s");
        pass(Duration.ofNanos(1));
        assertThat(cache.get("short")).isNull();
        assertThat(cache.get("medium")).isEqualTo("m");
        pass(Duration.ofMinutes(4));
        assertThat(cache.get("medium")).isNull();
        assertThat(cache.get("long")).isEqualTo("l");
        pass(Duration.ofMinutes(25));
        assertThat(cache.get("long")).isNull();
    }

    @Test
    void set_ownTime_countsFromTheLastSet() {
        cache.set("a", "1", Duration.ofSeconds(10));
        pass(Duration.ofSeconds(9));
        cache.set("a", "2", Duration.ofSeconds(10));
        pass(Duration.ofSeconds(9));
        assertThat(cache.get("a")).isEqualTo("2");
        pass(Duration.ofSeconds(1));
        assertThat(cache.get("a")).isNull();
    }

    @Test
    void set_zero_forgetsWhatWasThere() {
        cache.setLong("a", "1");
        cache.set("a", "2", Duration.ZERO);
        assertThat(cache.get("a")).isNull();
    }

    @Test
    void set_timeOutOfRange_isRefused() {
        for (Duration ttl : List.of(Duration.ofSeconds(-1), Duration.ofNanos(1), Duration.ofDays(4000))) {
            assertThatIllegalArgumentException().isThrownBy(() -> cache.set("a", "1", ttl));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cache.set("a", "1", TtlClass.named("patient")))
                .withMessageContaining("patient");
        assertThat(cache.statistics().totalEntries()).isZero();
    }

    @Test
    void ttl_changedToZero_switchesItsClassOff() {
        cache.ttl(TtlClass.SHORT, Duration.ZERO);
        cache.setShort("a", "1");
        assertThat(cache.get("a")).isNull();
        cache.setMedium("b", "1");
        assertThat(cache.get("b")).isEqualTo("1");
        AtomicInteger loads = new AtomicInteger();
        for (int i = 1; i <= 2; i++) {
            assertThat(cache.get("c", TtlClass.SHORT, key -> "load " + loads.incrementAndGet()))
                    .isEqualTo("load " + i);
        }
        cache.ttl(TtlClass.SHORT, Duration.ofSeconds(5));
        cache.setShort("a", "2");
        assertThat(cache.get("a")).isEqualTo("2");
    }

    // ---- bounds and statistics ----

    @Test
    void statistics_validAndExpired_areToldApartUntilSwept() {
        cache.setShort("a", "1");
        cache.setShort("b", "1");
        cache.setLong("c", "1");
        pass(Duration.ofMinutes(1));
        assertThat(cache.get("a")).isNull();
        assertThat(cache.get("c")).isEqualTo("1");
        assertThat(cache.get("c")).isEqualTo("1");
        assertThat(cache.get("none")).isNull();

        CacheStatistics before = cache.statistics();
        assertThat(before.totalEntries()).isEqualTo(3);
        assertThat(before.validEntries()).isEqualTo(1);
        assertThat(before.expiredEntries()).isEqualTo(2);
        assertThat(before.hits()).isEqualTo(2);
        assertThat(before.misses()).isEqualTo(2);
        assertThat(before.hitRatio()).isEqualTo(0.5);

        cache.sweep();

        CacheStatistics after = cache.statistics();
        assertThat(after.totalEntries()).isEqualTo(1);
        assertThat(after.validEntries()).isEqualTo(1);
        assertThat(after.expiredEntries()).isZero();
        assertThat(after.evictions()).isZero();
    }

    @Test
    void statistics_ofNothing_areZero() {
        assertThat(cache.statistics().hitRatio()).isZero();
        assertThat(cache.statistics().averageLoadNanos()).isZero();
        assertThat(cache.statistics().totalEntries()).isZero();
    }

    @Test
    void statistics_ofLoads_haveTheirTime() {
        cache.get("a", key -> {
            pass(Duration.ofMillis(10));
            return "1";
        });
        cache.get("b", key -> {
            pass(Duration.ofMillis(30));
            return "1";
        });
        assertThat(cache.statistics().loads()).isEqualTo(2);
        assertThat(cache.statistics().averageLoadNanos()).isEqualTo(20e6);
    }

    @Test
    void set_moreThanItHolds_makesRoom() {
        for (int i = 0; i < 1_000; i++) {
            cache.setLong("k" + i, "v");
        }
        assertThat(cache.statistics().totalEntries()).isLessThanOrEqualTo(100);
        assertThat(cache.statistics().evictions()).isGreaterThanOrEqualTo(900);
        assertThatIllegalArgumentException().isThrownBy(() -> new MemoryCache<>("none", 0));
    }

    @Test
    void invalidate_andClear_forget() {
        cache.setLong("a", "1");
        cache.setLong("b", "1");
        cache.invalidate("a");
        assertThat(cache.get("a")).isNull();
        assertThat(cache.get("b")).isEqualTo("1");
        cache.clear();
        assertThat(cache.get("b")).isNull();
    }

    // ---- loads ----

    @Test
    void get_loaded_isKeptForItsTime() {
        AtomicInteger loads = new AtomicInteger();
        Loader<String, String> loader = key -> key + loads.incrementAndGet();
        assertThat(cache.get("a", loader)).isEqualTo("a1");
        pass(Duration.ofMinutes(5).minusNanos(1));
        assertThat(cache.get("a", loader)).isEqualTo("a1");
        pass(Duration.ofNanos(1));
        assertThat(cache.get("a", loader)).isEqualTo("a2");
    }

    @Test
    void get_loaderFindsNothing_isAskedAgain() {
        AtomicInteger loads = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            assertThat(cache.get("a", key -> {
                        loads.incrementAndGet();
                        return null;
                    }))
                    .isNull();
        }
        assertThat(loads).hasValue(2);
    }

    @Test
    void get_missedByManyAtOnce_loadsOnce() throws InterruptedException {
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<String> answers = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = callers(
                200,
                () -> answers.add(cache.get("a", key -> {
                    go.await();
                    return "load " + loads.incrementAndGet();
                })));
        allWait(199);
        go.countDown();
        join(threads);
        assertThat(answers).hasSize(200).containsOnly("load 1");
    }

    private static List<Thread> callers(int count, Runnable call) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().start(call));
        }
        return threads;
    }

    private void allWait(long count) {
        Await.until(SOON, () -> cache.statistics().coalesced() == count, "all others wait");
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void get_loaderThrows_eachWaiterHasAFailureOfItsOwn() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        List<LoadFailure> failures = Collections.synchronizedList(new ArrayList<>());
        IOException cause = new IOException("gone");
        List<Thread> threads = callers(
                10,
                () -> failures.add(catchThrowableOfType(
                        LoadFailure.class,
                        () -> cache.get("a", key -> {
                            go.await();
                            throw cause;
                        }))));
        allWait(9);
        go.countDown();
        join(threads);
        assertThat(failures).hasSize(10).doesNotHaveDuplicates().allMatch(failure -> failure.getCause() == cause);
        assertThat(cache.statistics().loadFailures()).isEqualTo(1);
        assertThat(cache.get("a", key -> "works again")).isEqualTo("works again");
    }

    @Test
    void get_waiterIsInterrupted_endsAloneAndStaysInterrupted() throws InterruptedException {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicReference<String> answer = new AtomicReference<>();
        Thread leader = Thread.ofVirtual()
                .start(() -> answer.set(cache.get("a", key -> {
                    loading.countDown();
                    go.await();
                    return "loaded";
                })));
        loading.await();
        AtomicReference<LoadFailure> failure = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread waiter = Thread.ofVirtual().start(() -> {
            failure.set(catchThrowableOfType(LoadFailure.class, () -> cache.get("a", key -> "mine")));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        allWait(1);
        waiter.interrupt();
        waiter.join();
        assertThat(failure.get()).hasCauseInstanceOf(InterruptedException.class);
        assertThat(interrupted.get()).isTrue();
        go.countDown();
        leader.join();
        assertThat(answer.get()).isEqualTo("loaded");
    }

    @Test
    void get_leaderIsInterrupted_waiterLoadsItself() throws InterruptedException {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<LoadFailure> failure = new AtomicReference<>();
        Thread leader = Thread.ofVirtual()
                .start(() -> failure.set(catchThrowableOfType(
                        LoadFailure.class,
                        () -> cache.get("a", key -> {
                            loading.countDown();
                            never.await();
                            return "never";
                        }))));
        loading.await();
        AtomicReference<String> answer = new AtomicReference<>();
        Thread waiter = Thread.ofVirtual().start(() -> answer.set(cache.get("a", key -> "mine")));
        allWait(1);
        leader.interrupt();
        leader.join();
        waiter.join();
        assertThat(failure.get()).hasCauseInstanceOf(InterruptedException.class);
        assertThat(answer.get()).isEqualTo("mine");
    }

    @Test
    void get_loaderAsksForItsOwnKey_isToldInsteadOfWaitingForItself() {
        assertThatExceptionOfType(LoadFailure.class)
                .isThrownBy(() -> cache.get("a", key -> cache.get("a", again -> "1")))
                .withCauseInstanceOf(IllegalStateException.class);
        assertThat(cache.get("a", key -> cache.get("b", other -> "of b"))).isEqualTo("of b");
    }

    @Test
    void get_loaderThrowsAnError_waitersAreNotLeftBehind() throws InterruptedException {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicReference<StackOverflowError> error = new AtomicReference<>();
        Thread leader = Thread.ofVirtual()
                .start(() -> error.set(catchThrowableOfType(
                        StackOverflowError.class,
                        () -> cache.get("a", key -> {
                            loading.countDown();
                            go.await();
                            throw new StackOverflowError();
                        }))));
        loading.await();
        AtomicReference<String> answer = new AtomicReference<>();
        Thread waiter = Thread.ofVirtual().start(() -> answer.set(cache.get("a", key -> "mine")));
        allWait(1);
        go.countDown();
        leader.join();
        waiter.join();
        assertThat(error.get()).isNotNull();
        assertThat(answer.get()).isEqualTo("mine");
    }

    @Test
    void get_setOrInvalidatedDuringLoad_loadedValueIsNotKept() throws InterruptedException {
        for (Runnable change :
                List.<Runnable>of(() -> cache.setLong("a", "set"), () -> cache.invalidate("a"), cache::clear)) {
            cache.clear();
            CountDownLatch loading = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            AtomicReference<String> answer = new AtomicReference<>();
            Thread leader = Thread.ofVirtual()
                    .start(() -> answer.set(cache.get("a", key -> {
                        loading.countDown();
                        go.await();
                        return "old";
                    })));
            loading.await();
            change.run();
            go.countDown();
            leader.join();
            assertThat(answer.get()).isEqualTo("old");
            assertThat(cache.get("a")).isNotEqualTo("old");
        }
    }
}
