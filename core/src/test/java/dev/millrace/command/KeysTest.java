package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class KeysTest {
    @Test
    void expire_wholeSecondsOrNot_choosesTheVerb() {
        assertThat(Sent.words(Keys.expire("k", Duration.ofMinutes(1)))).isEqualTo("EXPIRE k 60");
        assertThat(Sent.words(Keys.expire("k", Duration.ofMillis(-1500)))).isEqualTo("PEXPIRE k -1500");
        assertThat(Sent.words(Keys.expireAt("k", Instant.ofEpochSecond(7), ExpireCondition.LATER)))
                .isEqualTo("EXPIREAT k 7 GT");
        assertThat(Sent.words(Keys.expireAt("k", Instant.ofEpochMilli(7), ExpireCondition.EARLIER)))
                .isEqualTo("PEXPIREAT k 7 LT");
    }

    @Test
    void sortStore_options_keysAreFoundBeforeThem() {
        SortOptions options = SortOptions.ofDefaults()
                .by("w_*")
                .limit(1, 2)
                .getting("#")
                .largestFirst()
                .alphabetically();
        Command<Long> command = Keys.sortStore("k", "d", options);

        assertThat(Sent.words(command)).isEqualTo("SORT k STORE d BY w_* LIMIT 1 2 GET # DESC ALPHA");
        assertThat(Sent.keys(command)).containsExactly("k", "d");
        assertThat(command.verb().isReadOnly()).isFalse();
        assertThat(Sent.keys(Keys.sort("k", options))).containsExactly("k");
        assertThat(Keys.sortRo("k", options).verb().isReadOnly()).isTrue();
    }

    @Test
    void keys_onACluster_concernEveryMaster() {
        assertThat(Keys.keys("*").verb().concernsEveryMaster()).isTrue();
        assertThat(Sent.keys(Keys.keys("*"))).isEmpty();
    }

    @Test
    void restoreOptions_outOfRange_refused() {
        RestoreOptions options = RestoreOptions.ofDefaults();

        assertThatIllegalArgumentException().isThrownBy(() -> options.expiring(Expiry.kept()));
        assertThatIllegalArgumentException().isThrownBy(() -> options.idleFor(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> options.usedWithFrequency(256));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.usedWithFrequency(1).idleFor(Duration.ZERO))
                .withMessageContaining("not both");
    }

    @Test
    void otherOptions_outOfRange_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CopyOptions.ofDefaults().intoDatabase(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SortOptions.ofDefaults().limit(-1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SortOptions.ofDefaults().limit(0, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LPosOptions.ofDefaults().fromMatch(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LPosOptions.ofDefaults().comparingAtMost(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Sets.sinterCard(-1, "k"));
    }
}
