package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScanTest {
    @Test
    void next_anyCursor_putsItWhereTheCommandWantsIt() {
        ScanOptions options = ScanOptions.ofDefaults().matching("a*").counting(50);

        assertThat(Sent.words(Keys.scan().next(Scan.START))).isEqualTo("SCAN 0");
        assertThat(Sent.words(Keys.scan(options.ofType("hash")).next("17")))
                .isEqualTo("SCAN 17 MATCH a* COUNT 50 TYPE hash");
        assertThat(Sent.words(Sets.sscan("k", options).next("18446744073709551615")))
                .isEqualTo("SSCAN k 18446744073709551615 MATCH a* COUNT 50");
    }

    @Test
    void next_keyspaceOrKey_tellsItsKeys() {
        assertThat(Sent.keys(Keys.scan().next("0"))).isEmpty();
        assertThat(Sent.keys(Sets.sscan("k", ScanOptions.ofDefaults()).next("0")))
                .containsExactly("k");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "x", "1 2", "0x10", "١"})
    void next_cursorNotANumber_refused(String cursor) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Keys.scan().next(cursor))
                .withMessageStartingWith("SCAN: a cursor is");
    }

    @Test
    void sscan_optionsWithType_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sets.sscan("k", ScanOptions.ofDefaults().ofType("set")))
                .withMessage("SSCAN has no TYPE; leave the type out of its ScanOptions");
    }

    @Test
    void options_outOfRange_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScanOptions.ofDefaults().counting(0))
                .withMessageContaining("at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScanOptions.ofDefaults().ofType(" "))
                .withMessageContaining("blank");
    }

    @Test
    void page_itemsChangedAfterwards_cannotBeThroughThePage() {
        ScanPage<String> page = new ScanPage<>("0", new ArrayList<>(List.of("a")));

        assertThat(page.isLast()).isTrue();
        assertThat(new ScanPage<>("9", List.of()).isLast()).isFalse();
        assertThat(page.items()).isUnmodifiable();
    }

    @Test
    void toString_ofAScan_showsNoKey() {
        assertThat(Sets.sscan("secret", ScanOptions.ofDefaults())).hasToString("Scan[SSCAN]");
    }
}
