package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.OTHER_KEY;
import static dev.millrace.command.Binary.THREE;
import static dev.millrace.command.Binary.TWO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.OnEveryTopology;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class GeoIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    private static final GeoPosition PALERMO = new GeoPosition(13.361389, 38.115556);
    private static final GeoPosition CATANIA = new GeoPosition(15.087269, 37.502669);
    private static final GeoPosition BETWEEN = new GeoPosition(15, 37);
    private static final GeoArea WIDE = GeoArea.circle(200, GeoUnit.KILOMETERS);

    @BeforeEach
    void twoPlaces() {
        SERVER.send(protocol, Geo.geoadd("sicily", Map.of("Palermo", PALERMO, "Catania", CATANIA)));
        SERVER.send(protocol, Geo.geoadd(KEY, ONE, PALERMO));
        SERVER.send(protocol, Geo.geoadd(KEY, TWO, CATANIA));
    }

    @Test
    void geoadd_newAndKnown_countsAsSaid() {
        assertThat(run(Geo.geoadd("k", "a", PALERMO))).isTrue();
        assertThat(run(Geo.geoadd("k", "a", CATANIA))).isFalse();
        assertThat(run(Geo.geoadd("k", ONE, CATANIA))).isTrue();
        assertThat(run(Geo.geoadd(KEY, THREE, CATANIA))).isTrue();
        assertThat(run(Geo.geoadd("k", Map.of("a", PALERMO, "b", PALERMO)))).isEqualTo(1);
        GeoAddOptions options = GeoAddOptions.ofDefaults().countingChanges();
        assertThat(run(Geo.geoadd("k", Map.of("a", CATANIA, "c", PALERMO), options)))
                .isEqualTo(2);
        assertThat(run(Geo.geoadd("k", Map.of("a", PALERMO, "d", PALERMO), options.ifAbsent())))
                .isEqualTo(1);
        assertThat(run(Geo.geoadd("k", Map.of("a", PALERMO, "e", PALERMO), options.ifPresent())))
                .isEqualTo(1);
    }

    @Test
    void geodist_unitsAndMissing_distanceOrNull() {
        assertThat(run(Geo.geodist("sicily", "Palermo", "Catania", GeoUnit.METERS)))
                .isCloseTo(166274.1516, within(0.001));
        assertThat(run(Geo.geodist(KEY, ONE, TWO, GeoUnit.KILOMETERS))).isCloseTo(166.2742, within(0.0001));
        assertThat(run(Geo.geodist("sicily", "Palermo", "Catania", GeoUnit.MILES)))
                .isCloseTo(103.3182, within(0.0001));
        assertThat(run(Geo.geodist("sicily", "Palermo", "Catania", GeoUnit.FEET)))
                .isCloseTo(545518.87, within(0.01));
        assertThat(run(Geo.geodist("sicily", "Palermo", "missing", GeoUnit.METERS)))
                .isNull();
    }

    @Test
    void geohash_someMissing_nullInTheirPlaces() {
        assertThat(run(Geo.geohash("sicily", "Palermo", "missing", "Catania")))
                .containsExactly("sqc8b49rny0", null, "sqdtr74hyu0");
        assertThat(run(Geo.geohash(KEY, ONE))).containsExactly("sqc8b49rny0");
    }

    @Test
    void geopos_someMissing_nullInTheirPlaces() {
        List<@Nullable GeoPosition> places =
                Objects.requireNonNull(run(Geo.geopos("sicily", "Palermo", "missing", "Catania")));

        assertThat(places).hasSize(3);
        assertNear(places.get(0), PALERMO);
        assertThat(places.get(1)).isNull();
        assertNear(places.get(2), CATANIA);
        assertNear(first(run(Geo.geopos(KEY, TWO))), CATANIA);
    }

    @Test
    void geosearch_circlesAndBoxes_findsWhatIsInside() {
        assertThat(run(Geo.geosearch("sicily", GeoSearch.around(BETWEEN, WIDE).nearestFirst())))
                .containsExactly("Catania", "Palermo");
        assertThat(run(Geo.geosearch(
                        "sicily",
                        GeoSearch.around(BETWEEN, WIDE).farthestFirst().limit(1))))
                .containsExactly("Palermo");
        assertThat(run(Geo.geosearch("sicily", GeoSearch.around(BETWEEN, WIDE).limitAny(1))))
                .hasSize(1);
        assertThat(run(Geo.geosearch("sicily", GeoSearch.aroundMember("Palermo", GeoArea.box(10, 10, GeoUnit.MILES)))))
                .containsExactly("Palermo");
        assertThat(run(Geo.geosearchBytes(
                        "sicily", GeoSearch.aroundMember("Catania", GeoArea.circle(1, GeoUnit.FEET)))))
                .containsExactly("Catania".getBytes(UTF_8));
        assertThat(run(Geo.geosearch(KEY, GeoSearch.aroundMember(TWO, WIDE).nearestFirst())))
                .containsExactly(TWO, ONE);
        assertThat(run(Geo.geosearch("missing", GeoSearch.around(BETWEEN, WIDE))))
                .isEmpty();
    }

    @Test
    void geosearchMatches_everyForm_tellsDistanceHashAndPlace() {
        GeoSearch search = GeoSearch.around(BETWEEN, WIDE).nearestFirst().limit(1);

        GeoMatch<String> text = first(run(Geo.geosearchMatches("sicily", search)));
        assertThat(text.member()).isEqualTo("Catania");
        assertThat(text.distance()).isCloseTo(56.4413, within(0.0001));
        assertThat(text.hash()).isEqualTo(3479447370796909L);
        assertNear(text.position(), CATANIA);
        GeoMatch<byte[]> bytes = first(run(Geo.geosearchMatchesBytes("sicily", search)));
        assertThat(bytes.member()).isEqualTo("Catania".getBytes(UTF_8));
        assertThat(first(run(Geo.geosearchMatches(KEY, search))).member()).isEqualTo(TWO);
    }

    @Test
    void geosearchStore_placesOrDistances_answersHowMany() {
        GeoSearch search = GeoSearch.aroundMember("Palermo", WIDE);

        assertThat(run(Geo.geosearchStore("d", "sicily", search))).isEqualTo(2);
        assertThat(run(Geo.geodist("d", "Palermo", "Catania", GeoUnit.KILOMETERS)))
                .isCloseTo(166.27, within(0.01));
        assertThat(run(Geo.geosearchStoreDistances("d", "sicily", search))).isEqualTo(2);
        assertThat(SERVER.send(protocol, Command.of("ZSCORE", "d", "Palermo")))
                .isNotNull()
                .satisfies(score -> assertThat(Double.parseDouble(String.valueOf(score.asText())))
                        .isZero());
        assertThat(run(Geo.geosearchStore(OTHER_KEY, KEY, GeoSearch.aroundMember(ONE, WIDE))))
                .isEqualTo(2);
        assertThat(run(Geo.geosearchStoreDistances(OTHER_KEY, KEY, GeoSearch.aroundMember(ONE, WIDE))))
                .isEqualTo(2);
    }

    private static <T> T first(@Nullable List<T> list) {
        return Objects.requireNonNull(list).getFirst();
    }

    private static void assertNear(@Nullable GeoPosition place, GeoPosition expected) {
        GeoPosition found = Objects.requireNonNull(place);
        assertThat(found.longitude()).isCloseTo(expected.longitude(), within(1e-5));
        assertThat(found.latitude()).isCloseTo(expected.latitude(), within(1e-5));
    }
}
