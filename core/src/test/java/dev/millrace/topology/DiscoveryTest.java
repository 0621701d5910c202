package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.command.NotSent;
import dev.millrace.command.Rejected;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NoLeakedThreads
@Timeout(30)
class DiscoveryTest {
    private static final Refresh EAGER = new Refresh(Duration.ofHours(1), Duration.ofMillis(1));
    private static final Refresh RARE = new Refresh(Duration.ofHours(2), Duration.ofHours(1));
    private static final Duration PATIENCE = Duration.ofMillis(20);

    private static Discovery discovery(Discovery.Look look, Refresh refresh) {
        return new Discovery("the cluster", look, refresh, PATIENCE, 100);
    }

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    private static void acquire(Semaphore semaphore) throws InterruptedException {
        assertThat(semaphore.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void await_lookSucceeds_returns() {
        try (Discovery discovery = discovery(() -> null, RARE)) {
            discovery.await(in(Duration.ofSeconds(20)));
            assertThat(discovery.isKnown()).isTrue();
            assertThat(discovery.looks()).isEqualTo(1);
        }
    }

    @Test
    void await_somethingWasStartedBefore_returnsAfterItWasRun() {
        Semaphore mayEnd = new Semaphore(0);
        Semaphore never = new Semaphore(0);
        List<Boolean> ran = Collections.synchronizedList(new ArrayList<>());
        try (Discovery discovery = discovery(
                () -> {
                    mayEnd.acquire();
                    return null;
                },
                RARE)) {
            for (int i = 0; i < 20; i++) {
                Runnable slow = () -> ran.add(takes(never));
                assertThat(discovery.whenKnown(slow, in(Duration.ofSeconds(20))))
                        .isTrue();
            }
            mayEnd.release();
            discovery.await(in(Duration.ofSeconds(20)));
            assertThat(ran).hasSize(20);
            assertThat(discovery.whenKnown(() -> {}, in(Duration.ofSeconds(20))))
                    .isFalse();
        }
    }

    private static boolean takes(Semaphore never) {
        try {
            return never.tryAcquire(5, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void request_withinTheGate_waitsForIt() throws InterruptedException {
        Semaphore looked = new Semaphore(0);
        try (Discovery discovery = discovery(
                () -> {
                    looked.release();
                    return null;
                },
                RARE)) {
            discovery.request();
            acquire(looked);
            for (int i = 0; i < 1_000; i++) {
                discovery.request();
            }
            discovery.await(in(Duration.ofSeconds(20)));
            assertThat(discovery.looks()).isEqualTo(1);
        }
    }

    @Test
    void requestAtOnce_withinTheGate_waitsForAPartOfIt() throws InterruptedException {
        Semaphore looked = new Semaphore(0);
        Refresh gate = new Refresh(Duration.ofHours(2), Duration.ofSeconds(2));
        try (Discovery discovery = discovery(
                () -> {
                    looked.release();
                    return null;
                },
                gate)) {
            discovery.request();
            acquire(looked);
            long asked = System.nanoTime();
            discovery.requestAtOnce();
            acquire(looked);
            assertThat(System.nanoTime() - asked)
                    .isBetween(0L, Duration.ofSeconds(2).toNanos());
            discovery.requestAtOnce();
            discovery.requestAtOnce();
            discovery.requestAtOnce();
            acquire(looked);
            assertThat(discovery.looks()).isBetween(2L, 3L);
        }
    }

    @Test
    void request_whileALookIsUnderWay_neverMakesTwo() throws InterruptedException {
        AtomicInteger looking = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Semaphore began = new Semaphore(0);
        Semaphore mayEnd = new Semaphore(0);
        try (Discovery discovery = discovery(
                () -> {
                    most.accumulateAndGet(looking.incrementAndGet(), Math::max);
                    began.release();
                    mayEnd.acquire();
                    looking.decrementAndGet();
                    return null;
                },
                EAGER)) {
            for (int round = 0; round < 20; round++) {
                discovery.request();
                acquire(began);
                discovery.request(); // asked for while one is under way: another follows it
                mayEnd.release();
                acquire(began);
                mayEnd.release();
            }
            assertThat(most).hasValue(1);
        }
    }

    @Test
    void await_looksFail_failsWhenPatienceIsOver() {
        try (Discovery discovery = discovery(() -> "h:1 refuses", EAGER)) {
            assertThatThrownBy(() -> discovery.await(in(Duration.ofSeconds(20))))
                    .isInstanceOfSatisfying(
                            NotSent.class, e -> assertThat(e.isUnreachable()).isTrue())
                    .hasMessageContaining("the cluster was not found")
                    .hasMessageContaining("h:1 refuses");
        }
    }

    @Test
    void await_lookFailsThenSucceeds_returns() {
        AtomicInteger looks = new AtomicInteger();
        try (Discovery discovery = new Discovery(
                "the cluster",
                () -> looks.incrementAndGet() < 5 ? "not yet" : null,
                EAGER,
                Duration.ofMinutes(1),
                100)) {
            discovery.await(in(Duration.ofSeconds(20)));
            assertThat(looks).hasValue(5);
        }
    }

    @Test
    void await_lookTakesTooLong_failsByItsDeadline() {
        try (Discovery discovery = discovery(
                () -> {
                    new CountDownLatch(1).await();
                    return null;
                },
                EAGER)) {
            assertThatThrownBy(() -> discovery.await(in(Duration.ofMillis(5))))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining("by the deadline");
        }
    }

    @Test
    void await_lookThrows_isAFailureLikeOthers() {
        try (Discovery discovery = discovery(
                () -> {
                    throw new IllegalStateException("broken");
                },
                EAGER)) {
            assertThatThrownBy(() -> discovery.await(in(Duration.ofSeconds(20))))
                    .hasMessageContaining("broken");
        }
    }

    @Test
    void whenKnown_beforeTheFirstLook_runsInOrderAfterIt() throws InterruptedException {
        CountDownLatch mayLook = new CountDownLatch(1);
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(50);
        try (Discovery discovery = discovery(
                () -> {
                    mayLook.await();
                    return null;
                },
                RARE)) {
            for (int i = 0; i < 50; i++) {
                int number = i;
                assertThat(discovery.whenKnown(
                                () -> {
                                    ran.add(number);
                                    all.countDown();
                                },
                                in(Duration.ofMinutes(1))))
                        .isTrue();
            }
            assertThat(ran).isEmpty();
            mayLook.countDown();
            assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(ran).isSorted().hasSize(50);
        }
    }

    @Test
    void whenKnown_isKnown_isTheCallersToRun() throws InterruptedException {
        try (Discovery discovery = discovery(() -> null, RARE)) {
            discovery.await(in(Duration.ofSeconds(20)));
            assertThat(discovery.whenKnown(() -> {}, in(Duration.ofSeconds(1)))).isFalse();
        }
    }

    @Test
    void whenKnown_deadlinePasses_runsAllTheSame() throws InterruptedException {
        Semaphore ran = new Semaphore(0);
        try (Discovery discovery = discovery(
                () -> {
                    new CountDownLatch(1).await();
                    return null;
                },
                EAGER)) {
            assertThat(discovery.whenKnown(() -> {}, in(Duration.ofMinutes(1)))).isTrue();
            assertThat(discovery.whenKnown(ran::release, in(Duration.ofMillis(5))))
                    .isTrue();
            acquire(ran); // though the one before has a minute left
        }
    }

    @Test
    void whenKnown_tooManyWait_isRejected() {
        try (Discovery discovery = discovery(
                () -> {
                    new CountDownLatch(1).await();
                    return null;
                },
                EAGER)) {
            for (int i = 0; i < 100; i++) {
                assertThat(discovery.whenKnown(() -> {}, in(Duration.ofMinutes(1))))
                        .isTrue();
            }
            assertThatThrownBy(() -> discovery.whenKnown(() -> {}, in(Duration.ofMinutes(1))))
                    .isInstanceOf(Rejected.class)
                    .hasMessageContaining("100 started commands");
        }
    }

    @Test
    void close_callersWait_areRejected() throws InterruptedException {
        Semaphore looking = new Semaphore(0);
        Discovery discovery = discovery(
                () -> {
                    looking.release();
                    new CountDownLatch(1).await();
                    return null;
                },
                EAGER);
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                discovery.await(in(Duration.ofMinutes(1)));
            } catch (RuntimeException e) {
                failures.add(e);
            }
        });
        acquire(looking);
        Semaphore ran = new Semaphore(0);
        assertThat(discovery.whenKnown(ran::release, in(Duration.ofMinutes(1)))).isTrue();
        discovery.close();
        caller.join();
        acquire(ran);
        assertThat(failures).singleElement().isInstanceOf(Rejected.class);
        assertThatThrownBy(() -> discovery.await(in(Duration.ofSeconds(1)))).isInstanceOf(Rejected.class);
    }
}
