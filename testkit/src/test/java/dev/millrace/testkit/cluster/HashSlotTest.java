package dev.millrace.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashSlotTest {

    /** 123456789 is the check value of CRC16/XMODEM (0x31C3); the others are what CLUSTER KEYSLOT answers. */
    @ParameterizedTest
    @CsvSource({"123456789, 12739", "'', 0", "foo, 12182", "bar, 5061", "hello, 866", "somekey, 11058"})
    void of_plainKey_isItsCrc(String key, int slot) {
        assertThat(HashSlot.of(key)).isEqualTo(slot);
    }

    @ParameterizedTest
    @CsvSource({
        "{user1000}.following, user1000",
        "a{b}c{d}, b",
        "foo{bar}, bar",
        "{a}{}, a",
        "x{{bar}}, {bar",
        "foo{bar}{zap}, bar"
    })
    void of_keyWithATag_isTheTagsSlot(String key, String tag) {
        assertThat(HashSlot.of(key)).isEqualTo(HashSlot.of(tag)).isNotEqualTo(0);
    }

    @ParameterizedTest
    @CsvSource({"foo{}{bar}, 8363", "{}, 15257", "foo{bar, 15278", "foo}bar{, 11073"})
    void of_emptyOrOpenTag_isTheWholeKeysSlot(String key, int slot) {
        assertThat(HashSlot.of(key)).isEqualTo(slot);
    }

    @Test
    void of_bytesThatAreNoText_areTakenAsTheyAre() {
        assertThat(HashSlot.of(new byte[] {(byte) 0xff, 0, (byte) 0x80})).isBetween(0, 16_383);
        assertThat(HashSlot.of(new byte[] {(byte) 0xff, '{', 'b', 'a', 'r', '}'}))
                .isEqualTo(HashSlot.of("bar"));
    }

    @Test
    void validated_outOfRange_isRefused() {
        assertThat(HashSlot.validated(16_383)).isEqualTo(16_383);
        assertThatThrownBy(() -> HashSlot.validated(16_384)).hasMessageContaining("16384 is not within 0 to 16383");
        assertThatThrownBy(() -> HashSlot.validated(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
