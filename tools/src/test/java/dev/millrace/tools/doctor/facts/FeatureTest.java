package dev.millrace.tools.doctor.facts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureTest {

    @ParameterizedTest
    @CsvSource({
        "RESP3, 5.0.14, false",
        "RESP3, 6.0.0, true",
        "LEASES, 6.0.16, false",
        "LEASES, 6.2.14, true",
        "FUNCTIONS, 6.2.14, false",
        "FUNCTIONS, 7.0.15, true",
        "FIELD_EXPIRY, 7.2.4, false",
        "FIELD_EXPIRY, 7.4.0, true",
        "FIELD_EXPIRY, 8.0, true",
        "FUNCTIONS, 255.255.255, true",
        "FUNCTIONS, unstable, false"
    })
    void isIn_version_isComparedByNumber(Feature feature, String version, boolean present) {
        assertThat(feature.isIn(version)).isEqualTo(present);
    }

    @Test
    void roundTrips_ofSamples_areRanks() {
        long[] nanos = new long[200];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = 200 - i;
        }

        assertThat(RoundTrips.of(nanos)).isEqualTo(new RoundTrips(200, 100, 198));
        assertThat(RoundTrips.of(new long[] {7})).isEqualTo(new RoundTrips(1, 7, 7));
    }
}
