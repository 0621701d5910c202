package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EarlyRefreshTest {
    private static final long END = 1_000_000;

    /** The draw whose logarithm is this. */
    private static EarlyRefresh drawing(double beta, double logarithm) {
        return new EarlyRefresh(beta, () -> Math.exp(-logarithm));
    }

    @Test
    void isDue_beforeAnyLoad_notUntilTheEnd() {
        EarlyRefresh early = drawing(1, 1);
        assertThat(early.from(END)).isEqualTo(END);
        assertThat(early.isDue(END, END - 1)).isFalse();
        assertThat(early.isDue(END, END)).isTrue();
    }

    @Test
    void isDue_drawReachesTheEnd_andNotBefore() {
        EarlyRefresh early = drawing(1, 2);
        early.loaded(100);
        assertThat(early.isDue(END, END - 201)).isFalse();
        assertThat(early.isDue(END, END - 199)).isTrue();
        assertThat(early.isDue(END, END + 5)).isTrue();
    }

    @Test
    void isDue_beta_stretchesTheTime() {
        EarlyRefresh eager = drawing(3, 2);
        eager.loaded(100);
        assertThat(eager.isDue(END, END - 601)).isFalse();
        assertThat(eager.isDue(END, END - 599)).isTrue();
    }

    @Test
    void isDue_betaZero_never() {
        EarlyRefresh never = drawing(0, 50);
        never.loaded(1_000_000);
        assertThat(never.isDue(END, END - 1)).isFalse();
        assertThat(never.isDue(END, END + 1)).isFalse();
        assertThat(never.from(END)).isEqualTo(END);
    }

    @Test
    void isDue_drawOfOne_onlyAtTheEnd() {
        EarlyRefresh early = new EarlyRefresh(1, () -> 1);
        early.loaded(1_000);
        assertThat(early.isDue(END, END - 1)).isFalse();
        assertThat(early.isDue(END, END)).isTrue();
    }

    @Test
    void from_isTwelveMeansBeforeTheEnd() {
        EarlyRefresh early = drawing(2, 1);
        early.loaded(100);
        assertThat(early.from(END)).isEqualTo(END - 12 * 200);
    }

    @Test
    void loaded_newerLoads_countMore() {
        EarlyRefresh early = drawing(1, 1);
        early.loaded(100);
        early.loaded(200);
        assertThat(early.from(END)).isEqualTo(END - 12 * 120);
        for (int i = 0; i < 100; i++) {
            early.loaded(200);
        }
        assertThat(early.from(END)).isBetween(END - 12 * 200, END - 12 * 199);
    }

    /** Two means before the end, one draw in e² wins. */
    @Test
    void isDue_manyDraws_winAsOftenAsTheDistributionSays() {
        SplittableRandom random = new SplittableRandom(7);
        EarlyRefresh early = new EarlyRefresh(1, () -> 1 - random.nextDouble());
        early.loaded(100);
        int won = 0;
        for (int i = 0; i < 100_000; i++) {
            won += early.isDue(END, END - 200) ? 1 : 0;
        }
        assertThat(won / 100_000.0).isBetween(0.13, 0.141);
    }

    /** Where drawing begins, a draw wins so seldom that what lies before it is not missed. */
    @Test
    void isDue_whereDrawingBegins_isNextToNever() {
        SplittableRandom random = new SplittableRandom(7);
        EarlyRefresh early = new EarlyRefresh(1, () -> 1 - random.nextDouble());
        early.loaded(100);
        int won = 0;
        for (int i = 0; i < 1_000_000; i++) {
            won += early.isDue(END, early.from(END)) ? 1 : 0;
        }
        assertThat(won).isLessThan(30);
    }
}
