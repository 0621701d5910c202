package dev.millrace.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ZipfTest {

    @Test
    void draw_manyTimes_fallsOnTheFirstRanksAsOftenAsTheirShare() {
        Zipf zipf = new Zipf(1_000, 1);
        int[] drawn = zipf.draw(new SplittableRandom(1), 100_000);

        double ofFirst = IntStream.of(drawn).filter(rank -> rank < 100).count() / 100_000.0;

        assertThat(IntStream.of(drawn)).allMatch(rank -> rank >= 0 && rank < 1_000);
        assertThat(ofFirst).isCloseTo(zipf.shareOfFirst(100), within(0.01));
        // H(100) / H(1000)
        assertThat(zipf.shareOfFirst(100)).isCloseTo(0.693, within(0.001));
    }

    @Test
    void draw_noSkew_isUniform() {
        Zipf zipf = new Zipf(10, 0);

        assertThat(zipf.shareOfFirst(3)).isCloseTo(0.3, within(1e-9));
        assertThat(zipf.shareOfFirst(100)).isEqualTo(1);
    }
}
