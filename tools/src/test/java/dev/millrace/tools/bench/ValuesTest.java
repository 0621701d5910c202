package dev.millrace.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.progress.Progress;
import org.junit.jupiter.api.Test;

class ValuesTest {

    @Test
    void of_placesAndRuns_areAllDifferentAndEquallyLong() {
        String[] first = Values.of(new Run(1, Progress.silent()), 1_000);
        String[] second = Values.of(new Run(2, Progress.silent()), 1_000);

        assertThat(first).doesNotHaveDuplicates().doesNotContain(second).allMatch(value -> value.length() == 64);
    }

    @Test
    void difference_swappedAbsentOrShort_isNamed() {
        String[] expected = {"a", "b", "c"};

        assertThat(Values.difference("key", expected, expected.clone())).isEmpty();
        assertThat(Values.difference("key", expected, new String[] {"a", "c", "b"}))
                .contains("key 1 has another value");
        assertThat(Values.difference("key", expected, new String[] {"a", "b", null}))
                .contains("key 2 is absent");
        assertThat(Values.difference("key", expected, new String[] {"a", "b"})).contains("key: 3 expected, 2 found");
    }
}
