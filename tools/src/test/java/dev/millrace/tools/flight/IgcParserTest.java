package dev.millrace.tools.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.tools.flight.Problems.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IgcParserTest {
    private static final String DATE = "HFDTE160624\n";
    private static final String FIX = "B1112304718248N00856579EA0000001202";

    @Test
    void parse_plainFix_isExact() throws IOException {
        Flight flight = parse(DATE + FIX);

        assertThat(flight.problems()).isEqualTo(Problems.NONE);
        assertThat(flight.points())
                .containsExactly(new TrackPoint(
                        Instant.parse("2024-06-16T11:12:30Z").toEpochMilli(),
                        (47 * 60 + 18) * 100_000 + 24_800,
                        (8 * 60 + 56) * 100_000 + 57_900,
                        true,
                        0,
                        1_202));
    }

    @Test
    void parse_southWestBelowSeaWithoutFix_hasSigns() throws IOException {
        TrackPoint point =
                parse(DATE + "B2359593400001S07059999WV-0012-0340").points().getFirst();

        assertThat(point.latitude()).isEqualTo(-(34 * 6_000_000 + 100));
        assertThat(point.longitude()).isEqualTo(-(70 * 6_000_000 + 5_999_900));
        assertThat(point.valid()).isFalse();
        assertThat(point.pressureAltitude()).isEqualTo(-12);
        assertThat(point.gnssAltitude()).isEqualTo(-340);
    }

    @Test
    void parse_extensions_makeTimeAndPlaceFiner() throws IOException {
        TrackPoint point = parse(DATE + "I053638FXA3939LAD4041LOD4244TDS4547GSP\n" + FIX + "008712125042")
                .points()
                .getFirst();

        assertThat(point.latitude() % 100).isEqualTo(70);
        assertThat(point.longitude() % 100).isEqualTo(12);
        assertThat(point.epochMillis() % 1_000).isEqualTo(125);
    }

    @ParameterizedTest
    @CsvSource({
        "HFDTE160624, 2024-06-16",
        "HFDTEDATE:160624, 2024-06-16",
        "'HFDTEDATE:160624,02', 2024-06-16",
        "'HFDTEDATE: 160624,', 2024-06-16",
        "HODTE311299, 1999-12-31",
        "HPDTE290224, 2024-02-29"
    })
    void parse_dateForms_areUnderstood(String record, String day) throws IOException {
        assertThat(parse(record + "\n" + FIX).points().getFirst().time()).isEqualTo(day + "T11:12:30Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HFDTE310224", "HFDTE", "HFDTE1606", "HFDTEDATE", "HFDTE2024-06-16", "HFDTE16062Z"})
    void parse_malformedDate_isReportedAndNotGuessed(String record) throws IOException {
        Flight flight = parse(record + "\n" + FIX);

        assertThat(flight.points()).isEmpty();
        assertThat(flight.problems().first()).extracting(Problem::line).containsExactly(1L, 2L);
    }

    @Test
    void parse_noDate_reportsEveryFix() throws IOException {
        Flight flight = parse(FIX + "\n" + FIX);

        assertThat(flight.points()).isEmpty();
        assertThat(flight.problems().count()).isEqualTo(2);
        assertThat(flight.problems().first().getFirst().message()).contains("before any date record (HFDTE)");
    }

    @Test
    void parse_pastMidnight_goesToTheNextDayAndAStragglerBack() throws IOException {
        Flight flight = parse(DATE
                + fixAt("235958")
                + fixAt("000001")
                + fixAt("235959")
                + fixAt("000003")
                + fixAt("120000")
                + fixAt("115959")
                + fixAt("234500")
                + fixAt("000500"));

        assertThat(flight.points())
                .extracting(point -> point.time().toString())
                .containsExactly(
                        "2024-06-16T23:59:58Z",
                        "2024-06-17T00:00:01Z",
                        "2024-06-16T23:59:59Z",
                        "2024-06-17T00:00:03Z",
                        "2024-06-17T12:00:00Z",
                        "2024-06-17T11:59:59Z",
                        "2024-06-17T23:45:00Z",
                        "2024-06-18T00:05:00Z");
    }

    @Test
    void parse_dateAgain_sameKeepsCountingOtherStartsAnew() throws IOException {
        Flight flight = parse(
                DATE + fixAt("235958") + fixAt("000001") + DATE + fixAt("000002") + "HFDTE180624\n" + fixAt("000001"));

        assertThat(flight.points())
                .extracting(point -> point.time().toString())
                .containsExactly(
                        "2024-06-16T23:59:58Z", "2024-06-17T00:00:01Z", "2024-06-17T00:00:02Z", "2024-06-18T00:00:01Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "B",
                "B1112304718248N00856579EA000000120",
                "B2412304718248N00856579EA0000001202",
                "B1160304718248N00856579EA0000001202",
                "B1112604718248N00856579EA0000001202",
                "B1112304760248N00856579EA0000001202",
                "B1112309000001N00856579EA0000001202",
                "B1112304718248N18000001EA0000001202",
                "B1112304718248X00856579EA0000001202",
                "B1112304718248N00856579XA0000001202",
                "B1112304718248N00856579EX0000001202",
                "B1112304718248N00856579EA0000-01202",
                "B111230471824 N00856579EA0000001202",
                "b1112304718248N00856579EA0000001202",
                " B1112304718248N00856579EA0000001202",
                "%PDF-1.7",
                "I013638",
                "IX13638FXA",
                "I013538FXA",
                "I013836FXA"
            })
    void parse_malformedLine_isReportedWithItsNumber(String line) throws IOException {
        Flight flight = parse(DATE + FIX + "\n" + line + "\n" + FIX);

        assertThat(flight.points()).hasSize(2);
        assertThat(flight.problems().count()).isEqualTo(1);
        assertThat(flight.problems().first().getFirst().line()).isEqualTo(3);
        assertThat(flight.problems().first().getFirst().message()).isNotBlank().doesNotContain("\n");
    }

    @Test
    void parse_fixShorterThanItsFinerColumn_isReported() throws IOException {
        Flight flight = parse(DATE + "I013636LAD\n" + FIX);

        assertThat(flight.points()).isEmpty();
        assertThat(flight.problems().first())
                .containsExactly(new Problem(3, "too short for its LAD column, which the I record announces"));
    }

    @Test
    void parse_otherRecordsAndBlankLines_arePassedOver() throws IOException {
        Flight flight = parse("AXXXANON\n" + DATE + "\n   \nHFPLTPILOT:someone\nLXXXcomment\n" + FIX + "\nG0123ABC\n");

        assertThat(flight.points()).hasSize(1);
        assertThat(flight.problems()).isEqualTo(Problems.NONE);
    }

    @Test
    void parse_everyLineEnd_givesTheSameLineNumbers() throws IOException {
        for (String end : List.of("\n", "\r\n", "\r")) {
            Flight flight = parse(String.join(end, "HFDTE160624", "", FIX, "?", FIX, ""));

            assertThat(flight.points()).hasSize(2);
            assertThat(flight.problems().first()).extracting(Problem::line).containsExactly(4L);
        }
    }

    @Test
    void parse_byteOrderMarkAndForeignText_areTolerated() throws IOException {
        String text = "\uFEFFHFDTE160624\nHFPLTPILOT:Zo\u00eb \u4e2d\n" + FIX + "\n";

        Flight utf8 = IgcParser.parse("f", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        Flight latin1 =
                IgcParser.parse("f", new ByteArrayInputStream(text.substring(1).getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(utf8.problems()).isEqualTo(Problems.NONE);
        assertThat(utf8.points()).hasSize(1).isEqualTo(latin1.points());
    }

    @Test
    void parse_empty_hasNoPointsAndNoProblems() throws IOException {
        assertThat(parse("")).isEqualTo(new Flight("f", List.of(), Problems.NONE));
    }

    @Test
    void parse_hugeLine_isReportedOnceAndTheNextLineIsRead() throws IOException {
        Flight flight = parse(DATE + "L" + "x".repeat(5_000_000) + "\n" + FIX);

        assertThat(flight.points()).hasSize(1);
        assertThat(flight.problems().first()).containsExactly(new Problem(2, "longer than 1000 bytes"));
    }

    @Test
    void parse_noise_countsAllProblemsAndKeepsTheFirst() throws IOException {
        Flight flight = parse("?\n".repeat(5_000));

        assertThat(flight.problems().count()).isEqualTo(5_000);
        assertThat(flight.problems().first()).hasSize(Problems.KEPT);
    }

    @Test
    void parse_gzip_isUnpackedAndDamageIsAnError() throws IOException {
        byte[] packed = gzip((DATE + (FIX + "\n").repeat(1_000)).getBytes(StandardCharsets.US_ASCII));

        assertThat(IgcParser.parse("f", new ByteArrayInputStream(packed)).points())
                .hasSize(1_000);
        assertThatThrownBy(() -> IgcParser.parse("f", new ByteArrayInputStream(packed, 0, packed.length / 2)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void parse_packedBomb_isRefused() throws IOException {
        byte[] packed = gzip(new byte[(int) LineReader.LONGEST_FILE + 1]);

        assertThatThrownBy(() -> IgcParser.parse("f", new ByteArrayInputStream(packed)))
                .isInstanceOf(IOException.class)
                .hasMessage("it has more than 256 MB");
    }

    @Test
    void parse_randomFlights_giveBackEveryPoint() throws IOException {
        Random random = new Random(11);
        for (int round = 0; round < 50; round++) {
            List<TrackPoint> points = randomFlight(random);

            assertThat(parse(igc(points)).points()).isEqualTo(points);
        }
    }

    @Test
    void parse_randomDamage_everyFixLineIsAPointOrAProblem() throws IOException {
        Random random = new Random(12);
        byte[] whole = igc(randomFlight(random)).getBytes(StandardCharsets.ISO_8859_1);
        for (int round = 0; round < 2_000; round++) {
            byte[] damaged = whole.clone();
            for (int i = random.nextInt(1, 12); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Flight flight = IgcParser.parse("f", new ByteArrayInputStream(damaged));

            String[] lines = new String(damaged, StandardCharsets.ISO_8859_1).split("\r\n|\r|\n");
            long fixLines =
                    List.of(lines).stream().filter(line -> line.startsWith("B")).count();
            long fixProblems = flight.problems().first().stream()
                    .filter(problem -> lines[(int) problem.line() - 1].startsWith("B"))
                    .count();
            assertThat(flight.problems().count()).isLessThanOrEqualTo(Problems.KEPT);
            assertThat(flight.points().size() + fixProblems).isEqualTo(fixLines);
        }
    }

    private static List<TrackPoint> randomFlight(Random random) {
        List<TrackPoint> points = new ArrayList<>();
        long time = Instant.parse("2024-06-16T00:00:00Z").toEpochMilli() + random.nextLong(86_400_000);
        for (int i = 0; i < 60; i++) {
            TrackPoint any = TrackPointTest.randomPoint(random);
            points.add(new TrackPoint(
                    time, any.latitude(), any.longitude(), any.valid(), any.pressureAltitude(), any.gnssAltitude()));
            time += random.nextLong(43_200_000);
        }
        return points;
    }

    /** Writes a flight with every finer column, so that nothing of a point is lost. */
    private static String igc(List<TrackPoint> points) {
        StringBuilder text = new StringBuilder(DATE + "I033637LAD3839LOD4042TDS\r\n");
        for (TrackPoint point : points) {
            text.append('B')
                    .append(point.time().toString(), 11, 13)
                    .append(point.time().toString(), 14, 16)
                    .append(point.time().toString(), 17, 19)
                    .append(angle(point.latitude(), 2, "NS"))
                    .append(angle(point.longitude(), 3, "EW"))
                    .append(point.valid() ? 'A' : 'V')
                    .append(format("%05d%05d", point.pressureAltitude(), point.gnssAltitude()))
                    .append(format("%02d", Math.abs(point.latitude()) % 100))
                    .append(format("%02d", Math.abs(point.longitude()) % 100))
                    .append(format("%03d", point.epochMillis() % 1_000))
                    .append("\r\n");
        }
        return text.toString();
    }

    private static String angle(int value, int degreeDigits, String letters) {
        int thousandths = Math.abs(value) / 100;
        return format("%0" + degreeDigits + "d%05d", thousandths / 60_000, thousandths % 60_000)
                + letters.charAt(value < 0 ? 1 : 0);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private static String fixAt(String time) {
        return "B" + time + FIX.substring(7) + "\n";
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.toByteArray();
    }

    private static Flight parse(String text) throws IOException {
        return IgcParser.parse("f", new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
