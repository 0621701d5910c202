package dev.millrace.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DatasetTest {
    private final Dataset data = Dataset.create();

    @Test
    void key_anyIndex_hasTheFormRedisBenchmarkGivesItsOwn() {
        assertThat(data.key(0)).isEqualTo("mlr:000000000000");
        assertThat(data.key(Dataset.KEYS - 1)).isEqualTo("mlr:000000099999").hasSize(Dataset.KEY_LENGTH);
    }

    @Test
    void value_anyGeneration_isOneOfItsKey() {
        for (int generation : new int[] {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            String value = data.value(42, generation);
            assertThat(value).hasSize(Dataset.VALUE_LENGTH).startsWith(data.key(42));
            assertThat(data.isValueOf(42, value)).isTrue();
        }
    }

    @Test
    void value_otherGeneration_differs() {
        assertThat(data.value(42, 1)).isNotEqualTo(data.value(42, 2));
    }

    @Test
    void isValueOf_valueOfAnotherKey_isFalse() {
        assertThat(data.isValueOf(42, data.value(43, 1))).isFalse();
    }

    @Test
    void isValueOf_anyCharacterChanged_isFalse() {
        String value = data.value(42, 7);
        for (int at = 0; at < value.length(); at++) {
            char other = value.charAt(at) == '0' ? '1' : '0';
            assertThat(data.isValueOf(42, value.substring(0, at) + other + value.substring(at + 1)))
                    .as("character %d", at)
                    .isFalse();
        }
    }

    @Test
    void isValueOf_cutOrPadded_isFalse() {
        String value = data.value(42, 7);
        assertThat(data.isValueOf(42, value.substring(1))).isFalse();
        assertThat(data.isValueOf(42, value + "x")).isFalse();
        assertThat(data.isValueOf(42, "")).isFalse();
    }
}
