package dev.millrace.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EffortTest {

    @Test
    void roundTrips_longRoundTrip_fitTheBudget() {
        assertThat(Effort.thorough(5).roundTrips(Duration.ofMillis(5), 1_000_000))
                .isEqualTo(198);
        assertThat(Effort.quick(3).roundTrips(Duration.ofMillis(5), 1_000_000)).isEqualTo(19);
    }

    @Test
    void roundTrips_longerThanTheBudget_areOne() {
        assertThat(Effort.quick(3).roundTrips(Duration.ofSeconds(1), 1_000_000)).isEqualTo(1);
    }

    @Test
    void roundTrips_moreThanThereIsToDo_areCut() {
        assertThat(Effort.thorough(5).roundTrips(Duration.ZERO, 100)).isEqualTo(100);
    }
}
