package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** How many calls a trip has, by what the way and the server's work take. */
class PaceTest {
    private static final long WORK = 350_000;

    private final Pace pace = new Pace();

    /** Makes trips over a way of so many ns; answers how many calls most of them had at the end. */
    private int after(int trips, long way) {
        int[] last = new int[4];
        for (int i = 0; i < trips; i++) {
            int calls = pace.calls();
            assertThat(calls).isBetween(1, 32);
            pace.took(calls, way + calls * WORK);
            last[i % 4] = calls;
        }
        Arrays.sort(last); // at most one of four in a row is there to learn from
        return last[1];
    }

    @Test
    void firstTrips_areOfOneCallAndOfTwo() {
        assertThat(pace.calls()).isEqualTo(1);
        pace.took(1, WORK);
        assertThat(pace.calls()).isEqualTo(2);
    }

    @Test
    void shortWay_takesOneCallATime() {
        assertThat(after(31, 50_000)).isEqualTo(1);
    }

    @Test
    void longWay_takesWorkForOneAndAHalfTimesItsTime() {
        assertThat(after(31, 1_000_000)).isEqualTo(4);
        assertThat(after(31 + 32 * 10, 5_000_000))
                .as("when it has become longer")
                .isEqualTo(21);
        assertThat(after(32 * 10, 50_000)).as("when it is short again").isLessThanOrEqualTo(2);
        assertThat(after(32 * 10, 100_000_000)).as("at the most").isEqualTo(32);
    }

    @Test
    void tripsThatTakeLongerByChance_changeNothing() {
        after(40, 1_000_000);
        for (int i = 0; i < 5; i++) {
            pace.took(1, 50_000_000);
            pace.took(2, 50_000_000);
        }
        assertThat(after(30, 1_000_000)).isEqualTo(4);
    }
}
