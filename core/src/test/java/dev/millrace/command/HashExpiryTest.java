package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HashExpiryTest {
    @Test
    void expire_wholeSeconds_isSentInSeconds() {
        assertThat(Sent.words(HashExpiry.hexpire("h", Duration.ofSeconds(90), "a", "b")))
                .isEqualTo("HEXPIRE h 90 FIELDS 2 a b");
        assertThat(Sent.words(HashExpiry.hexpireAt("h", Instant.ofEpochSecond(90), ExpireCondition.LATER, "a")))
                .isEqualTo("HEXPIREAT h 90 GT FIELDS 1 a");
    }

    @Test
    void expire_fractions_isSentInMilliseconds() {
        assertThat(Sent.words(HashExpiry.hexpire("h", Duration.ofMillis(1500), "a")))
                .isEqualTo("HPEXPIRE h 1500 FIELDS 1 a");
        assertThat(Sent.words(HashExpiry.hexpireAt("h", Instant.ofEpochMilli(1500), "a")))
                .isEqualTo("HPEXPIREAT h 1500 FIELDS 1 a");
    }

    @Test
    void getAndSet_options_standBeforeTheFields() {
        assertThat(Sent.words(HashExpiry.hgetEx("h", Expiry.in(Duration.ofSeconds(2)), "a")))
                .isEqualTo("HGETEX h PX 2000 FIELDS 1 a");
        assertThat(Sent.words(HashExpiry.hgetEx("h", Expiry.never(), "a"))).isEqualTo("HGETEX h PERSIST FIELDS 1 a");
        assertThat(Sent.words(HashExpiry.hgetEx("h", Expiry.kept(), "a"))).isEqualTo("HGETEX h FIELDS 1 a");
        assertThat(Sent.words(HashExpiry.hgetDel("h", "a", "b"))).isEqualTo("HGETDEL h FIELDS 2 a b");
        HSetOptions options = HSetOptions.ofDefaults();
        assertThat(Sent.words(HashExpiry.hsetEx("h", options, Map.of("a", "1"))))
                .isEqualTo("HSETEX h FIELDS 1 a 1");
        assertThat(Sent.words(HashExpiry.hsetEx(
                        "h", options.ifAbsent().expiringAt(Instant.ofEpochMilli(5)), Map.of("a", "1"))))
                .isEqualTo("HSETEX h FNX PXAT 5 FIELDS 1 a 1");
        assertThat(Sent.words(HashExpiry.hsetEx("h", options.ifPresent().expiring(Expiry.kept()), Map.of("a", "1"))))
                .isEqualTo("HSETEX h FXX KEEPTTL FIELDS 1 a 1");
    }

    @Test
    void fields_none_areRefused() {
        assertThatThrownBy(() -> HashExpiry.hpersist("h", new String[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("HPERSIST needs at least one field; the list is empty");
        assertThatThrownBy(() -> HashExpiry.hsetEx("h", HSetOptions.ofDefaults(), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
