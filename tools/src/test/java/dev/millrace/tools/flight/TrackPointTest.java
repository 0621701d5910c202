package dev.millrace.tools.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackPointTest {
    static final int LATITUDE_LIMIT = 90 * TrackPoint.UNITS_PER_DEGREE;
    static final int LONGITUDE_LIMIT = 180 * TrackPoint.UNITS_PER_DEGREE;

    @Test
    void bytesAndText_randomPoints_comeBackEqual() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            TrackPoint point = randomPoint(random);

            assertThat(TrackPoint.fromBytes(point.toBytes())).isEqualTo(point);
            assertThat(TrackPoint.fromText(point.toText())).isEqualTo(point);
        }
    }

    @Test
    void bytesAndText_extremes_comeBackEqual() {
        TrackPoint least = new TrackPoint(0, -LATITUDE_LIMIT, -LONGITUDE_LIMIT, false, -9_999, -9_999);
        TrackPoint most = new TrackPoint((1L << 46) - 1, LATITUDE_LIMIT, LONGITUDE_LIMIT, true, 99_999, 99_999);

        assertThat(TrackPoint.fromBytes(least.toBytes())).isEqualTo(least);
        assertThat(TrackPoint.fromBytes(most.toBytes())).isEqualTo(most);
        assertThat(TrackPoint.fromText(least.toText())).isEqualTo(least);
        assertThat(TrackPoint.fromText(most.toText())).isEqualTo(most);
        assertThat(most.toBytes()).hasSize(TrackPoint.BYTES);
    }

    @Test
    void fromBytes_anyBytes_arePointOrRefused() {
        Random random = new Random(8);
        byte[] bytes = new byte[TrackPoint.BYTES];
        int points = 0;
        for (int i = 0; i < 20_000; i++) {
            random.nextBytes(bytes);
            bytes[0] = 0;
            bytes[1] &= 0x7f;
            bytes[16] = (byte) random.nextInt(2);
            bytes[19] = (byte) random.nextInt(2);
            try {
                assertThat(TrackPoint.fromBytes(bytes).toBytes()).isEqualTo(bytes);
                points++;
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("must be from");
            }
        }
        assertThat(points).isPositive();
    }

    @Test
    void fromBytes_wrongLength_isRefused() {
        assertThatThrownBy(() -> TrackPoint.fromBytes(new byte[21]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a track point has 22 bytes, got 21");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1,2,3,A,5",
                "1,2,3,X,5,6",
                "1,2,3,A,5,6,7",
                "-1,2,3,A,5,6",
                "1,2,3,A,5,6\n",
                "99999999999999,2,3,A,5,6",
                "1,9999999999,3,A,5,6",
                "1,540000001,3,A,5,6",
                "1,2,3,A,-10000,6"
            })
    void fromText_notAPoint_isRefused(String text) {
        assertThatThrownBy(() -> TrackPoint.fromText(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void degreesAndTime_aPoint_areDerived() {
        TrackPoint point = TrackPoint.fromText("1718536350000,283709480,-53941790,A,0,1202");

        assertThat(point.latitudeDegrees()).isCloseTo(47.2849, within(0.0001));
        assertThat(point.longitudeDegrees()).isCloseTo(-8.9903, within(0.0001));
        assertThat(point.time()).isEqualTo(Instant.parse("2024-06-16T11:12:30Z"));
    }

    static TrackPoint randomPoint(Random random) {
        return new TrackPoint(
                random.nextLong(1L << 46),
                random.nextInt(-LATITUDE_LIMIT, LATITUDE_LIMIT + 1),
                random.nextInt(-LONGITUDE_LIMIT, LONGITUDE_LIMIT + 1),
                random.nextBoolean(),
                random.nextInt(-9_999, 100_000),
                random.nextInt(-9_999, 100_000));
    }
}
