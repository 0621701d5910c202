package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GeoTest {
    private static final GeoArea CIRCLE = GeoArea.circle(1.5, GeoUnit.MILES);
    private static final GeoPosition PLACE = new GeoPosition(-180, 85.05112878);

    @Test
    void geosearch_everyForm_inRedisOrder() {
        GeoSearch search = GeoSearch.around(PLACE, CIRCLE).nearestFirst().limitAny(3);
        GeoSearch box =
                GeoSearch.aroundMember("m", GeoArea.box(1, 2, GeoUnit.FEET)).farthestFirst();

        assertThat(Sent.words(Geo.geosearch("k", search)))
                .isEqualTo("GEOSEARCH k FROMLONLAT -180.0 85.05112878 BYRADIUS 1.5 mi ASC COUNT 3 ANY");
        assertThat(Sent.words(Geo.geosearchMatches("k", box)))
                .isEqualTo("GEOSEARCH k FROMMEMBER m BYBOX 1.0 2.0 ft DESC WITHDIST WITHHASH WITHCOORD");
        assertThat(Sent.words(Geo.geosearchStoreDistances("d", "k", box.limit(1))))
                .isEqualTo("GEOSEARCHSTORE d k FROMMEMBER m BYBOX 1.0 2.0 ft DESC COUNT 1 STOREDIST");
    }

    @ParameterizedTest
    @CsvSource({"180.1, 0", "-180.1, 0", "0, 85.06", "0, -85.06", "NaN, 0", "0, NaN", "Infinity, 0"})
    void position_outsideOfTheRange_refused(double longitude, double latitude) {
        assertThatIllegalArgumentException().isThrownBy(() -> new GeoPosition(longitude, latitude));
    }

    @Test
    void search_outOfRange_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GeoSearch.around(PLACE, CIRCLE).limit(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new GeoSearch(new GeoSearch.Origin.Place(PLACE), CIRCLE, GeoSearch.Order.NONE, null, true))
                .withMessageContaining("ANY only with a count");
        assertThatIllegalArgumentException().isThrownBy(() -> GeoArea.circle(-1, GeoUnit.METERS));
        assertThatIllegalArgumentException().isThrownBy(() -> GeoArea.box(1, Double.NaN, GeoUnit.METERS));
        assertThatIllegalArgumentException().isThrownBy(() -> GeoArea.box(Double.POSITIVE_INFINITY, 1, GeoUnit.METERS));
    }

    @Test
    void search_toString_showsNoPlace() {
        assertThat(GeoSearch.aroundMember("secret", CIRCLE).toString()).doesNotContain("secret");
    }

    @Test
    void match_equalBytes_equal() {
        GeoMatch<byte[]> one = new GeoMatch<>(new byte[] {1}, 2, 3, PLACE);
        GeoMatch<byte[]> same = new GeoMatch<>(new byte[] {1}, 2, 3, PLACE);

        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
        assertThat(one).isNotEqualTo(new GeoMatch<>(new byte[] {2}, 2, 3, PLACE));
    }

    @Test
    void search_equalBytes_equal() {
        GeoSearch one = GeoSearch.aroundMember(new byte[] {1}, CIRCLE);

        assertThat(one).isEqualTo(GeoSearch.aroundMember(new byte[] {1}, CIRCLE));
        assertThat(one).isNotEqualTo(GeoSearch.aroundMember(new byte[] {2}, CIRCLE));
        assertThat(one).hasSameHashCodeAs(GeoSearch.aroundMember(new byte[] {1}, CIRCLE));
    }
}
