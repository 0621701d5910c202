package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.EventConditions;
import org.junit.platform.testkit.engine.Events;
import org.junit.platform.testkit.engine.TestExecutionResultConditions;

class ThreadLeakCheckTest {

    private static volatile CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void letThreadsGo() {
        release.countDown();
        release = new CountDownLatch(1);
    }

    @Test
    void afterEach_platformThreadLeft_failsWithNameAndStack() {
        Events events = run(PlatformLeak.class);

        assertFailed(events, "leaky-platform", "CountDownLatch.await");
    }

    @Test
    void afterEach_virtualThreadLeft_failsWithNameAndStack() {
        Events events = run(VirtualLeak.class);

        assertFailed(events, "leaky-virtual", "CountDownLatch.await");
    }

    @Test
    void afterEach_leakInNestedClass_obeysTheEnclosingAnnotation() {
        Events events = run(Outer.class);

        assertFailed(events, "leaky-nested");
    }

    @Test
    void afterEach_threadsThatEndWithinTheGrace_pass() {
        Events events = run(EndsInTime.class);

        events.assertStatistics(statistics -> statistics.succeeded(1).failed(0));
    }

    @Test
    void afterEach_allowedName_passes() {
        Events events = run(Allowed.class);

        events.assertStatistics(statistics -> statistics.succeeded(2).failed(0));
    }

    @Test
    void afterEach_threadsOfTheJdk_pass() {
        Events events = run(JdkThreads.class);

        events.assertStatistics(statistics -> statistics.succeeded(1).failed(0));
    }

    @Test
    void afterEach_methodAnnotation_replacesTheClass() {
        Events events = run(OnMethod.class);

        events.assertStatistics(statistics -> statistics.succeeded(1).failed(0));
    }

    @Test
    void parse_dumpOfJdk21_findsVirtualThreadsOnly() {
        List<LiveThreads.Virtual> found = LiveThreads.parse(List.of(
                "4711",
                "2024-01-01T00:00:00Z",
                "21.0.2+13",
                "",
                "#1 \"main\"",
                "      java.base/java.lang.Thread.run(Thread.java:1)",
                "",
                "#30 \"a \"quoted\" name\" virtual",
                "      java.base/java.lang.VirtualThread.park(VirtualThread.java:582)",
                "",
                "#31 \"\" virtual"));

        assertThat(found)
                .containsExactly(
                        new LiveThreads.Virtual(
                                30,
                                "a \"quoted\" name",
                                List.of("java.base/java.lang.VirtualThread.park(VirtualThread.java:582)")),
                        new LiveThreads.Virtual(31, "", List.of()));
    }

    private static Events run(Class<?> type) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(type))
                .execute()
                .testEvents();
    }

    private static void assertFailed(Events events, String... inMessage) {
        events.assertStatistics(statistics -> statistics.failed(1));
        events.assertThatEvents()
                .haveExactly(
                        1,
                        EventConditions.event(EventConditions.finishedWithFailure(TestExecutionResultConditions.message(
                                message -> List.of(inMessage).stream().allMatch(message::contains)))));
    }

    private static void awaitRelease() {
        CountDownLatch awaited = release;
        try {
            if (!awaited.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("never released");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @NoLeakedThreads(graceMillis = 50)
    static class PlatformLeak {
        @Test
        void leak() {
            Thread.ofPlatform().daemon().name("leaky-platform").start(ThreadLeakCheckTest::awaitRelease);
        }
    }

    @NoLeakedThreads(graceMillis = 50)
    static class VirtualLeak {
        @Test
        void leak() {
            Thread.ofVirtual().name("leaky-virtual").start(ThreadLeakCheckTest::awaitRelease);
        }
    }

    @NoLeakedThreads(graceMillis = 50)
    static class Outer {
        @Nested
        class Inner {
            @Test
            void leak() {
                Thread.ofPlatform().daemon().name("leaky-nested").start(ThreadLeakCheckTest::awaitRelease);
            }
        }
    }

    @NoLeakedThreads
    static class EndsInTime {
        @Test
        void start() {
            Thread.ofPlatform().start(ThreadLeakCheckTest::awaitRelease);
            Thread.ofVirtual().start(ThreadLeakCheckTest::awaitRelease);
            CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(release::countDown);
        }
    }

    @NoLeakedThreads(graceMillis = 50, allowing = "shared-")
    static class Allowed {
        @Test
        void platform() {
            Thread.ofPlatform().daemon().name("shared-platform").start(ThreadLeakCheckTest::awaitRelease);
        }

        @Test
        void virtual() {
            Thread.ofVirtual().name("shared-virtual").start(ThreadLeakCheckTest::awaitRelease);
        }
    }

    @NoLeakedThreads(graceMillis = 50)
    static class JdkThreads {
        @Test
        void start() throws Exception {
            Thread.startVirtualThread(() -> {}).join();
            CompletableFuture.runAsync(() -> {}).get();
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS))
                    .get();
            assertThat(new ProcessBuilder("true").start().onExit().get().exitValue())
                    .isZero();
        }
    }

    @NoLeakedThreads(graceMillis = 50)
    static class OnMethod {
        @Test
        @NoLeakedThreads(graceMillis = 50, allowing = "method-")
        void platform() {
            Thread.ofPlatform().daemon().name("method-platform").start(ThreadLeakCheckTest::awaitRelease);
        }
    }
}
