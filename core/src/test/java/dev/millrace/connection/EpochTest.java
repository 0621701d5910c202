package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EpochTest {
    private static final long BOUND = Duration.ofSeconds(3).toNanos();

    @Test
    void isFresh_nothingHeard_untilTheBound() {
        Epoch epoch = new Epoch(BOUND);
        long now = System.nanoTime();
        assertThat(epoch.isFresh(now)).isTrue();
        assertThat(epoch.isFresh(now + BOUND)).isFalse();
    }

    @Test
    void confirm_later_movesTheBoundOn() {
        Epoch epoch = new Epoch(BOUND);
        long later = System.nanoTime() + BOUND;
        epoch.confirm(later);
        assertThat(epoch.isFresh(later + BOUND - 1)).isTrue();
        assertThat(epoch.isFresh(later + BOUND)).isFalse();
    }

    @Test
    void confirm_earlier_changesNothing() {
        Epoch epoch = new Epoch(BOUND);
        long before = epoch.freshUntil();
        epoch.confirm(System.nanoTime() - BOUND);
        epoch.confirm(System.nanoTime());
        assertThat(epoch.freshUntil()).isEqualTo(before);
    }

    @Test
    void end_thenConfirm_staysEnded() {
        Epoch epoch = new Epoch(BOUND);
        epoch.end();
        long now = System.nanoTime();
        epoch.confirm(now + BOUND);
        assertThat(epoch.isFresh(now)).isFalse();
        assertThat(epoch.isFresh(now + 1)).isFalse();
    }

    @Test
    void end_stale_doesNotMakeItFresher() {
        Epoch epoch = new Epoch(-BOUND);
        long until = epoch.freshUntil();
        epoch.end();
        assertThat(epoch.freshUntil()).isEqualTo(until);
    }

    @Test
    void successor_knowsAsMuch_andEndsByItself() {
        Epoch epoch = new Epoch(BOUND);
        Epoch next = epoch.successor();
        assertThat(next.freshUntil()).isEqualTo(epoch.freshUntil());
        epoch.end();
        assertThat(next.isFresh(System.nanoTime())).isTrue();
    }
}
