package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private final AtomicInteger told = new AtomicInteger();
    private long received;
    private long owed;
    private final Silence silence =
            new Silence(() -> new Silence.Traffic(received, owed), told::incrementAndGet, at(0));

    private static long at(long millis) {
        return Long.MAX_VALUE - 3_000_000_000L + Duration.ofMillis(millis).toNanos(); // the clock may run over
    }

    private void look(long fromMillis, long toMillis) {
        for (long now = fromMillis; now <= toMillis; now += 5) {
            assertThat(silence.expire(at(now))).isFalse();
        }
    }

    @Test
    void expire_nothingOwed_isNoSilence() {
        look(0, 10_000);
        assertThat(told).hasValue(0);
    }

    @Test
    void expire_owedAndNothingComes_tellsEachTimeTheLimitHasPassed() {
        look(0, 2_000);
        owed = 1;
        look(2_005, 2_900);
        assertThat(told).hasValue(0);
        look(2_905, 3_400);
        assertThat(told).hasValue(1);
        look(3_405, 4_600);
        assertThat(told).hasValue(2);
    }

    @Test
    void expire_bytesCome_isNoSilence() {
        owed = 5;
        for (int i = 0; i < 20; i++) {
            look(900L * i, 900L * i + 895);
            received += 3;
        }
        assertThat(told).hasValue(0);
    }
}
