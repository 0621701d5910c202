package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettableClockTest {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void instant_untouched_standsStill() {
        SettableClock clock = SettableClock.at(START);

        assertThat(Stream.generate(clock::instant).limit(100)).containsOnly(START);
        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void advance_bothTimes_move() {
        SettableClock clock = SettableClock.at(START);

        clock.advance(Duration.ofMillis(1_500));

        assertThat(clock.instant()).isEqualTo(START.plusMillis(1_500));
        assertThat(clock.millis()).isEqualTo(START.toEpochMilli() + 1_500);
        assertThat(clock.nanoTime()).isEqualTo(1_500_000_000L);
    }

    @Test
    void set_backwards_leavesNanoTime() {
        SettableClock clock = SettableClock.at(START);
        clock.advance(Duration.ofSeconds(1));

        clock.set(START.minusSeconds(60));

        assertThat(clock.instant()).isEqualTo(START.minusSeconds(60));
        assertThat(clock.nanoTime()).isEqualTo(1_000_000_000L);
    }

    @Test
    void advance_negative_isRefused() {
        SettableClock clock = SettableClock.at(START);

        assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withZone_sharesTheTime() {
        SettableClock clock = SettableClock.at(START);
        SettableClock zurich = clock.withZone(ZoneId.of("Europe/Zurich"));

        clock.advance(Duration.ofHours(1));

        assertThat(zurich.instant()).isEqualTo(START.plusSeconds(3_600));
        assertThat(zurich.getZone()).isEqualTo(ZoneId.of("Europe/Zurich"));
    }

    @Test
    void advance_fromManyThreads_losesNothing() {
        SettableClock clock = SettableClock.at(START);

        IntStream.range(0, 10_000).parallel().forEach(step -> clock.advance(Duration.ofNanos(3)));

        assertThat(clock.nanoTime()).isEqualTo(30_000);
        assertThat(clock.instant()).isEqualTo(START.plusNanos(30_000));
    }
}
