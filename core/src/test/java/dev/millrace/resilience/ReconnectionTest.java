package dev.millrace.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ReconnectionTest {
    private static final Reconnection WAITS =
            new Reconnection(Duration.ofMillis(20), Duration.ofSeconds(2), Duration.ofSeconds(2));

    @Test
    void wait_largestOfTheJitter_doublesUpToTheMost() {
        long[] millis = {20, 40, 80, 160, 320, 640, 1280, 2000, 2000};
        for (int failures = 1; failures <= millis.length; failures++) {
            assertThat(WAITS.wait(failures, largest())).isEqualTo(Duration.ofMillis(millis[failures - 1]));
        }
        assertThat(WAITS.wait(Integer.MAX_VALUE, largest())).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void wait_jitter_isFull() {
        SplittableRandom random = new SplittableRandom(1);
        Duration shortest = Duration.ofDays(1);
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 1_000; i++) {
            Duration wait = WAITS.wait(4, random);
            shortest = wait.compareTo(shortest) < 0 ? wait : shortest;
            longest = wait.compareTo(longest) > 0 ? wait : longest;
        }
        assertThat(shortest).isGreaterThanOrEqualTo(Duration.ZERO).isLessThan(Duration.ofMillis(5));
        assertThat(longest).isGreaterThan(Duration.ofMillis(155)).isLessThanOrEqualTo(Duration.ofMillis(160));
    }

    @Test
    void wait_longestSpans_doNotOverflow() {
        Duration year = Duration.ofDays(366);
        Reconnection slow = new Reconnection(Duration.ofNanos(1), year, year);
        assertThat(slow.wait(100, largest())).isEqualTo(year);
        assertThat(new Reconnection(year, year, year).wait(3, largest())).isEqualTo(year);
    }

    /** Answers the largest number it may. */
    private static RandomGenerator largest() {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return Long.MAX_VALUE;
            }

            @Override
            public long nextLong(long bound) {
                return bound - 1;
            }
        };
    }
}
