package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ArgumentsTest {
    private static final Verb VERB = Verb.write("MSET");

    @Test
    void add_moreThanTheCapacity_keepsOrder() {
        Arguments arguments = Arguments.withCapacity(1);
        for (int i = 0; i < 20; i++) {
            arguments.add(i);
        }

        Object[] all = arguments.toArray();

        assertThat(all).hasSize(20).startsWith("0", "1", "2").endsWith("18", "19");
    }

    @Test
    void add_numbers_asRedisReadsThem() {
        Object[] all = Arguments.of("key")
                .add(Long.MIN_VALUE)
                .add(0.1)
                .add(Double.POSITIVE_INFINITY)
                .add(Double.NEGATIVE_INFINITY)
                .add(Double.MIN_VALUE)
                .toArray();

        assertThat(all).containsExactly("key", "-9223372036854775808", "0.1", "inf", "-inf", "4.9E-324");
    }

    @Test
    void add_notANumber_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.of("key").add(Double.NaN))
                .withMessageContaining("NaN");
    }

    @Test
    void some_callersArray_isCopied() {
        String[] keys = {"a", "b"};
        Object[] copy = Arguments.some(VERB, "key", keys);
        keys[0] = "changed";

        assertThat(copy).containsExactly("a", "b");
        assertThat(copy.getClass()).isEqualTo(Object[].class);
    }

    @Test
    void pairs_mapAndArray_alternate() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("a", "1");
        values.put("b", "2");

        assertThat(Arguments.pairs(VERB, "key", values)).containsExactly("a", "1", "b", "2");
        assertThat(Arguments.pairs(VERB, "key", new Object[] {"a", "1"})).containsExactly("a", "1");
    }

    @Test
    void pairs_oddCount_refusedWithoutShowingAnything() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.pairs(VERB, "key", new Object[] {"secret", "1", "other"}))
                .withMessage("MSET takes a key and its value by turns; the last of 3 has none");
    }
}
