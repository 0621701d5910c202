package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is sent; also for what needs a newer server than the other tests may find. */
final class StringsTest {
    private static final SetOptions MINUTE = SetOptions.ofDefaults().expiringIn(Duration.ofMinutes(1));

    @Test
    void set_options_inRedisOrder() {
        assertThat(Sent.words(Strings.set("k", "v", MINUTE.ifAbsent()))).isEqualTo("SET k v NX PX 60000");
        assertThat(Sent.words(Strings.setGet("k", "v", MINUTE.ifPresent()))).isEqualTo("SET k v XX PX 60000 GET");
        assertThat(Sent.words(Strings.set("k", "v", SetOptions.ofDefaults()))).isEqualTo("SET k v");
    }

    @Test
    void set_conditionOnTheValue_sendsWhatToCompare() {
        byte[] bytes = {'b'};

        assertThat(conditional(ValueCondition.equalTo("a"))).isEqualTo("SET k v IFEQ a");
        assertThat(conditional(ValueCondition.equalTo(bytes))).isEqualTo("SET k v IFEQ b");
        assertThat(conditional(ValueCondition.notEqualTo("a"))).isEqualTo("SET k v IFNE a");
        assertThat(conditional(ValueCondition.notEqualTo(bytes))).isEqualTo("SET k v IFNE b");
        assertThat(conditional(ValueCondition.digestEqualTo("0f"))).isEqualTo("SET k v IFDEQ 0f");
        assertThat(conditional(ValueCondition.digestNotEqualTo("0f"))).isEqualTo("SET k v IFDNE 0f");
    }

    @Test
    void setOptions_twoConditions_refused() {
        SetOptions options = SetOptions.ofDefaults().when(ValueCondition.equalTo("secret"));

        assertThatIllegalArgumentException().isThrownBy(options::ifAbsent).withMessageContaining("not both");
        assertThat(options.toString()).contains("IFEQ").doesNotContain("secret");
    }

    @Test
    void setEx_wholeSecondsOrNot_choosesTheVerb() {
        assertThat(Sent.words(Strings.setEx("k", Duration.ofMinutes(1), "v"))).isEqualTo("SETEX k 60 v");
        assertThat(Sent.words(Strings.setEx("k", Duration.ofMillis(1500), "v"))).isEqualTo("PSETEX k 1500 v");
        assertThatIllegalArgumentException().isThrownBy(() -> Strings.setEx("k", Duration.ZERO, "v"));
    }

    @Test
    void msetEx_pairs_countedAndTheirKeysKnown() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("a", "1");
        values.put("b", "2");
        Command<Boolean> command = Strings.msetEx(values, MINUTE.ifAbsent());

        assertThat(Sent.words(command)).isEqualTo("MSETEX 2 a 1 b 2 NX PX 60000");
        assertThat(Sent.keys(command)).containsExactly("a", "b");
        assertThat(Sent.words(Strings.msetExBytes(Map.of("a", new byte[] {'1'}), SetOptions.ofDefaults())))
                .isEqualTo("MSETEX 1 a 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Strings.msetEx(values, SetOptions.ofDefaults().when(ValueCondition.equalTo("1"))))
                .withMessageContaining("MSETEX has no condition on values");
    }

    @Test
    void deletions_onCondition_sendWhatToCompare() {
        byte[] bytes = {'b'};

        assertThat(Sent.words(Strings.delEx("k", ValueCondition.notEqualTo("a"))))
                .isEqualTo("DELEX k IFNE a");
        assertThat(Sent.words(Strings.delEx(bytes, ValueCondition.equalTo("a"))))
                .isEqualTo("DELEX b IFEQ a");
        assertThat(Sent.words(Strings.delIfEq("k", "a"))).isEqualTo("DELIFEQ k a");
        assertThat(Sent.words(Strings.delIfEq("k", bytes))).isEqualTo("DELIFEQ k b");
        assertThat(Sent.words(Strings.delIfEq(bytes, bytes))).isEqualTo("DELIFEQ b b");
        assertThat(Sent.words(Strings.digest("k"))).isEqualTo("DIGEST k");
        assertThat(Strings.digest(bytes).verb().isReadOnly()).isTrue();
    }

    @Test
    void writes_neverIdempotent_unlessDeclared() {
        assertThat(Strings.set("k", "v").verb().isIdempotent()).isFalse();
        assertThat(Strings.getEx("k", Expiry.kept()).verb().isIdempotent()).isFalse();
        assertThat(Strings.get("k").verb().isIdempotent()).isTrue();
        assertThat(Strings.set("k", "v").idempotent().verb().isIdempotent()).isTrue();
    }

    private static String conditional(ValueCondition condition) {
        return Sent.words(Strings.set("k", "v", SetOptions.ofDefaults().when(condition)));
    }
}
