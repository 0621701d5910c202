package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

    @Test
    void until_conditionHoldsLater_returns() {
        AtomicInteger asked = new AtomicInteger();

        Await.until(Duration.ofSeconds(10), () -> asked.incrementAndGet() == 5, "five");

        assertThat(asked).hasValue(5);
    }

    @Test
    void until_zeroDeadline_asksOnce() {
        AtomicInteger asked = new AtomicInteger();

        assertThatThrownBy(() -> Await.until(Duration.ZERO, () -> asked.incrementAndGet() == 2, "two"))
                .isInstanceOf(AssertionError.class);

        assertThat(asked).hasValue(1);
    }

    @Test
    void until_conditionNeverHolds_saysWhatIsTheCaseAtTheEnd() {
        AtomicInteger asked = new AtomicInteger();

        assertThatThrownBy(() -> Await.until(
                        Duration.ofMillis(30), () -> asked.incrementAndGet() < 0, () -> "asked " + asked.get()))
                .isInstanceOf(AssertionError.class)
                .hasMessage("not within 30 ms: asked " + asked.get());
    }

    @Test
    void until_interrupted_failsAndKeepsTheFlag() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Await.until(Duration.ofSeconds(10), () -> false, "never"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("interrupted");

        assertThat(Thread.interrupted()).isTrue();
    }
}
