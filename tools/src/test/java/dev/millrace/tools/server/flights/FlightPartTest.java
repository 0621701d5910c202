package dev.millrace.tools.server.flights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.tools.flight.Problems;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlightPartTest {
    private static final Problems PROBLEMS = new Problems(7, List.of(new Problems.Problem(3, "no digit – at all")));

    private static FlightPart part(Problems problems) {
        return new FlightPart(
                "a-flight.1",
                PointSource.FLYMASTER,
                1_718_536_350_123L,
                -77,
                250,
                Packed.of(SentFlights.points(1, 5)),
                problems);
    }

    @Test
    void decoded_ofWhatWasEncoded_isTheSame() {
        for (Problems problems : List.of(Problems.NONE, PROBLEMS)) {
            FlightPart part = FlightPart.decoded(part(problems).encoded());

            assertThat(part.flight()).isEqualTo("a-flight.1");
            assertThat(part.source()).isEqualTo(PointSource.FLYMASTER);
            assertThat(part.atMillis()).isEqualTo(1_718_536_350_123L);
            assertThat(part.first()).isEqualTo(250);
            assertThat(part.count()).isEqualTo(5);
            assertThat(part.points()).isEqualTo(SentFlights.points(1, 5));
            assertThat(part.problems()).isEqualTo(problems);
            assertThat(part.name()).isEqualTo("ffffffffffffffb3:250");
        }
    }

    @Test
    void decoded_ofEveryOtherLength_isRefused() {
        byte[] bytes = part(PROBLEMS).encoded();
        for (int length = 0; length < bytes.length + 30; length++) {
            byte[] other = Arrays.copyOf(bytes, length);
            if (length != bytes.length) {
                assertThatThrownBy(() -> FlightPart.decoded(other))
                        .as("%d bytes", length)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void decoded_ofLyingNumbers_isRefused() {
        int[] places = {0, 1, 18, 22, 26};
        for (int place : places) {
            byte[] bytes = part(PROBLEMS).encoded();
            bytes[place] = (byte) 0x9f;
            assertThatThrownBy(() -> FlightPart.decoded(bytes))
                    .as("byte %d", place)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void jobs_ofTheSameFlight_haveTheSameIds() {
        IncomingFlight flight = new IncomingFlight("f", Packed.of(SentFlights.points(1, 600)), Problems.NONE);
        IncomingFlight other = new IncomingFlight("f", Packed.of(SentFlights.points(2, 600)), Problems.NONE);

        List<String> ids =
                flight.jobs(PointSource.UPLOAD).stream().map(job -> job.id()).toList();

        assertThat(ids).hasSize(3).doesNotHaveDuplicates();
        assertThat(flight.jobs(PointSource.UPLOAD).stream().map(job -> job.id()))
                .isEqualTo(ids);
        assertThat(other.jobs(PointSource.UPLOAD).stream().map(job -> job.id())).doesNotContainAnyElementsOf(ids);
    }
}
