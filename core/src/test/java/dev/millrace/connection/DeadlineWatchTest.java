package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NoLeakedThreads
@Timeout(60)
class DeadlineWatchTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void watch_ofAnItemThatThrows_keepsTheDeadlinesOfOthers() {
        try (DeadlineWatch watch = new DeadlineWatch()) {
            AtomicInteger looks = new AtomicInteger();
            watch.add(now -> {
                throw new IllegalStateException("a fault of this item");
            });
            watch.add(now -> looks.incrementAndGet() < 3);

            Await.until(SOON, () -> looks.get() >= 3, () -> "looked " + looks + " times");
        }
    }

    @Test
    void watch_withNothingOutstanding_looksOnceInAWhile() {
        try (DeadlineWatch watch = new DeadlineWatch(1)) {
            AtomicInteger looks = new AtomicInteger();
            watch.add(now -> {
                looks.incrementAndGet();
                return false;
            });

            Await.until(SOON, () -> looks.get() >= 5, () -> "looked " + looks + " times");
        }
    }

    /** Falls asleep after every second look, so that nearly every begin meets it on its way into sleep or out of it. */
    @Test
    void beginning_whileTheWatchFallsAsleep_isNeverMissed() {
        try (DeadlineWatch watch = new DeadlineWatch(2)) {
            AtomicBoolean outstanding = new AtomicBoolean();
            watch.add(now -> {
                outstanding.set(false);
                return false;
            });
            long late = 0;
            for (int i = 0; i < 300; i++) {
                outstanding.set(true);
                watch.wake();
                long began = System.nanoTime();
                while (outstanding.get()) {
                    LockSupport.parkNanos(20_000);
                }
                late = Math.max(late, System.nanoTime() - began);
                LockSupport.parkNanos((i % 13) * 1_000_000L);
            }
            assertThat(Duration.ofNanos(late)).isLessThan(Duration.ofMillis(DeadlineWatch.REST_MILLIS / 2));
        }
    }
}
