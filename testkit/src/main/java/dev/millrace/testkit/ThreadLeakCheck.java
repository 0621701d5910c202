package dev.millrace.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * A JUnit Jupiter extension that fails a test when threads started during it, platform or virtual, are still alive
 * after a grace; the message lists their names and stacks. Switched on by {@link NoLeakedThreads}.
 *
 * <p>It looks before the first {@code @BeforeEach} and after the last {@code @AfterEach}. Threads of the JDK (carriers,
 * common pool, cleaners, pollers, process reaper) and of the test runner don't count. Tests of one JVM that run
 * concurrently would be charged with each other's threads: run them one after the other.
 */
public final class ThreadLeakCheck implements BeforeEachCallback, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(ThreadLeakCheck.class);
    private static final long LONGEST_PAUSE_NANOS = 50_000_000;
    private static final int STACK_LINES = 20;

    private record Before(Set<Thread> platform, long newestId) {}

    /** Made by JUnit. */
    public ThreadLeakCheck() {}

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE)
                .put(context.getUniqueId(), new Before(LiveThreads.platform(), LiveThreads.newestId()));
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        Before before = context.getStore(NAMESPACE).remove(context.getUniqueId(), Before.class);
        if (before == null) {
            return;
        }
        Optional<NoLeakedThreads> settings = settings(context);
        Duration grace =
                Duration.ofMillis(settings.map(NoLeakedThreads::graceMillis).orElse(3_000L));
        List<String> allowed = settings.map(found -> List.of(found.allowing())).orElse(List.of());
        check(before, grace, allowed);
    }

    private static Optional<NoLeakedThreads> settings(ExtensionContext context) {
        Optional<NoLeakedThreads> onMethod =
                AnnotationSupport.findAnnotation(context.getTestMethod(), NoLeakedThreads.class);
        if (onMethod.isPresent()) {
            return onMethod;
        }
        @Nullable Class<?> type = context.getTestClass().orElse(null);
        while (type != null) {
            Optional<NoLeakedThreads> found = AnnotationSupport.findAnnotation(type, NoLeakedThreads.class);
            if (found.isPresent()) {
                return found;
            }
            type = type.getEnclosingClass();
        }
        return Optional.empty();
    }

    private static void check(Before before, Duration grace, List<String> allowed) throws InterruptedException {
        long end = System.nanoTime() + grace.toNanos();
        List<String> leaks = new ArrayList<>();
        for (Thread thread : LiveThreads.platform()) {
            if (before.platform().contains(thread) || isAllowed(thread.getName(), allowed)) {
                continue;
            }
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            if (thread.isAlive()) {
                leaks.add(describe(
                        thread.getName(),
                        Arrays.stream(thread.getStackTrace())
                                .map(StackTraceElement::toString)
                                .toList()));
            }
        }
        for (LiveThreads.Virtual thread : virtualLeaks(before.newestId(), end, allowed)) {
            leaks.add(describe("virtual thread " + thread.id() + " " + thread.name(), thread.stack()));
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError("%d threads started by the test were alive %d ms after it:%n%s"
                    .formatted(leaks.size(), grace.toMillis(), String.join("\n", leaks)));
        }
    }

    /** Virtual threads can't be joined from outside, so the dump is looked at again until they are gone. */
    private static List<LiveThreads.Virtual> virtualLeaks(long newestId, long end, List<String> allowed) {
        long pause = 1_000_000;
        while (true) {
            List<LiveThreads.Virtual> left = LiveThreads.virtualSince(newestId).stream()
                    .filter(thread -> !isAllowed(thread.name(), allowed))
                    .toList();
            if (left.isEmpty() || System.nanoTime() >= end) {
                return left;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
        }
    }

    private static boolean isAllowed(String name, List<String> allowed) {
        return allowed.stream().anyMatch(name::startsWith);
    }

    private static String describe(String name, List<String> stack) {
        StringBuilder text = new StringBuilder("  ").append(name);
        stack.stream()
                .limit(STACK_LINES)
                .forEach(frame -> text.append("\n      at ").append(frame));
        return text.toString();
    }
}
