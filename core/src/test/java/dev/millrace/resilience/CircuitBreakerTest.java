package dev.millrace.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.resilience.CircuitBreaker.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private final CircuitBreaker breaker = new CircuitBreaker(Duration.ofSeconds(2));

    @Test
    void failed_withinThePatience_staysClosed() {
        assertThat(breaker.failed(0, "refused")).isFalse();
        assertThat(breaker.failed(2 * SECOND - 1, "refused again")).isFalse();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.failures()).isEqualTo(2);
        assertThat(breaker.lastCause()).isEqualTo("refused again");
    }

    @Test
    void failed_forThePatience_opensOnce() {
        breaker.failed(0, "refused");
        assertThat(breaker.failed(2 * SECOND, "refused")).isTrue();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.failed(3 * SECOND, "refused")).isFalse();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.failures()).isEqualTo(3);
    }

    @Test
    void succeeded_whileOpen_closesAndForgets() {
        breaker.failed(0, "refused");
        breaker.failed(2 * SECOND, "refused");
        assertThat(breaker.succeeded()).isTrue();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.failures()).isZero();
        assertThat(breaker.lastCause()).isEmpty();
        assertThat(breaker.failed(3 * SECOND, "refused")).isFalse();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void succeeded_whileClosed_beginsANewRow() {
        breaker.failed(0, "refused");
        assertThat(breaker.succeeded()).isFalse();
        breaker.failed(10 * SECOND, "refused");
        assertThat(breaker.failed(11 * SECOND, "refused")).isFalse();
    }

    @Test
    void lost_whileAnAttemptHangs_opensOnceWhenThePatienceIsOver() {
        breaker.lost(0, "silent");
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.lastCause()).isEqualTo("silent");
        assertThat(breaker.looked(2 * SECOND - 1)).isFalse();
        assertThat(breaker.looked(2 * SECOND)).isTrue();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.looked(3 * SECOND)).isFalse();
        assertThat(breaker.failures()).isZero();
        assertThat(breaker.failed(4 * SECOND, "late")).as("it is open already").isFalse();
        assertThat(breaker.succeeded()).isTrue();
    }

    @Test
    void lost_thenFailed_countsFromTheLoss() {
        breaker.lost(0, "silent");
        assertThat(breaker.failed(2 * SECOND, "refused")).isTrue();
    }

    @Test
    void lost_again_doesNotBeginAnew() {
        breaker.failed(0, "refused");
        breaker.lost(SECOND, "silent");
        assertThat(breaker.looked(2 * SECOND)).isTrue();
    }

    @Test
    void looked_whileReachable_staysClosed() {
        assertThat(breaker.looked(Long.MAX_VALUE)).isFalse();
        breaker.lost(0, "silent");
        breaker.succeeded();
        assertThat(breaker.looked(9 * SECOND)).isFalse();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void failed_withoutPatience_opensAtOnce() {
        CircuitBreaker hasty = new CircuitBreaker(Duration.ZERO);
        assertThat(hasty.failed(5, "refused")).isTrue();
        assertThat(hasty.state()).isEqualTo(State.OPEN);
    }

    @Test
    void failed_clockThatPassesItsRange_countsOn() {
        breaker.failed(Long.MAX_VALUE - 1, "refused");
        assertThat(breaker.failed(Long.MIN_VALUE + SECOND, "refused")).isFalse();
        assertThat(breaker.failed(Long.MIN_VALUE + 2 * SECOND, "refused")).isTrue();
    }
}
