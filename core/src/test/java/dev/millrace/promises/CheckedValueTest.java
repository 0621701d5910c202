package dev.millrace.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checker of the mix-up tests must itself catch what it is there for. */
class CheckedValueTest {
    private static final Set<Long> POSSIBLE = Set.of(7L);

    private final MixUps mixUps = new MixUps();

    @Test
    void parse_ofWhatWasWritten_answersIt() {
        for (int size : new int[] {0, 30, 100_000}) {
            CheckedValue value = new CheckedValue("key", 7);
            assertThat(value.text(size)).hasSizeGreaterThanOrEqualTo(size);
            assertThat(CheckedValue.parse(value.text(size))).isEqualTo(value);
        }
    }

    @Test
    void parse_oneCharacterChanged_refuses() {
        String text = new CheckedValue("key", 7).text(60);
        for (int i = 0; i < text.length(); i++) {
            String torn = text.substring(0, i) + (char) (text.charAt(i) ^ 1) + text.substring(i + 1);
            assertThatThrownBy(() -> CheckedValue.parse(torn)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void expectValue_rightOne_findsNothing() {
        mixUps.expectValue("key", POSSIBLE, false, new CheckedValue("key", 7).text(50));
        mixUps.expectValue("key", POSSIBLE, true, null);
        assertThat(mixUps.found()).isEmpty();
    }

    @Test
    void expectValue_wrongOnes_findsEach() {
        mixUps.expectValue("key", POSSIBLE, false, new CheckedValue("other", 7).text(50));
        mixUps.expectValue("key", POSSIBLE, false, new CheckedValue("key", 8).text(50));
        mixUps.expectValue(
                "key", POSSIBLE, false, new CheckedValue("key", 7).text(50).substring(1));
        mixUps.expectValue("key", POSSIBLE, false, "OK");
        mixUps.expectValue("key", POSSIBLE, false, null);
        assertThat(mixUps.found()).hasSize(5);
    }

    @Test
    void expect_wrongAnswers_findsEach() {
        mixUps.expect("ECHO", "nonce", "nonce");
        mixUps.expectWithin("INCR", 3, 5, 4L);
        assertThat(mixUps.found()).isEmpty();
        mixUps.expect("ECHO", "nonce", "other");
        mixUps.expect("ECHO", "nonce", null);
        mixUps.expectWithin("INCR", 3, 5, 2L);
        mixUps.expectWithin("INCR", 3, 5, 6L);
        mixUps.expectWithin("INCR", 3, 5, null);
        assertThat(mixUps.found()).hasSize(5);
    }
}
