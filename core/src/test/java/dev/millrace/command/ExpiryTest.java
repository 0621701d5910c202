package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ExpiryTest {
    @Test
    void expiry_ofAWrite_keepsOnlyWhenAsked() {
        assertThat(write(Expiry.in(Duration.ofMillis(1500)))).containsExactly("k", "PX", "1500");
        assertThat(write(Expiry.at(Instant.ofEpochMilli(7)))).containsExactly("k", "PXAT", "7");
        assertThat(write(Expiry.kept())).containsExactly("k", "KEEPTTL");
        assertThat(write(Expiry.never())).containsExactly("k");
    }

    @Test
    void expiry_ofARead_changesOnlyWhenAsked() {
        assertThat(read(Expiry.in(Duration.ofMillis(1500)))).containsExactly("k", "PX", "1500");
        assertThat(read(Expiry.at(Instant.ofEpochMilli(7)))).containsExactly("k", "PXAT", "7");
        assertThat(read(Expiry.kept())).containsExactly("k");
        assertThat(read(Expiry.never())).containsExactly("k", "PERSIST");
    }

    @Test
    void expiry_outOfRange_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Expiry.in(Duration.ofNanos(999_999)))
                .withMessage("an expiry is at least 1 ms away, not PT0.000999999S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Expiry.in(Duration.ofSeconds(Long.MAX_VALUE)))
                .withMessageContaining("longer than Redis can count");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Expiry.at(Instant.EPOCH))
                .withMessageContaining("after 1970-01-01T00:00:00Z");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Expiry.at(Instant.MAX))
                .withMessageContaining("later than Redis can count");
    }

    @Test
    void timeout_anyDuration_neverRoundedToNoLimit() {
        assertThat(Milliseconds.timeout(Duration.ZERO)).isEqualTo("0.000");
        assertThat(Milliseconds.timeout(Duration.ofNanos(1))).isEqualTo("0.001");
        assertThat(Milliseconds.timeout(Duration.ofMillis(12_034))).isEqualTo("12.034");
        assertThat(Milliseconds.timeout(Duration.ofHours(1))).isEqualTo("3600.000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Milliseconds.timeout(Duration.ofMillis(-1)))
                .withMessage("a timeout is not negative: PT-0.001S; zero waits without limit");
    }

    @Test
    void timeToLive_missingWithTimeLeft_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TimeToLive(false, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new ExpireTime(false, Instant.EPOCH));
    }

    private static Object[] write(Expiry expiry) {
        return Arguments.of("k").addWriteExpiry(expiry).toArray();
    }

    private static Object[] read(Expiry expiry) {
        return Arguments.of("k").addReadExpiry(expiry).toArray();
    }
}
