package dev.millrace.tools.flight;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the flight recorder format of the International Gliding Commission (FAI technical specification for IGC-approved
 * flight recorders, appendix A): fixes (B), their extensions (I) and the date (H…DTE). Stateless.
 *
 * <p>Every line that is none of the format's records, or is a malformed one of these, becomes a
 * {@link Problems.Problem}; records of other kinds and blank lines are passed over. A fix is never guessed: without a
 * date, or with an impossible time or place, it is a problem and not a point. Lines may end in LF, CR LF or CR, text may
 * be Latin-1 or UTF-8 with or without a byte order mark, and the whole may be packed with gzip.
 */
public final class IgcParser {
    private static final int FIX_LENGTH = 35;
    private static final int MINUTE = 100_000;

    private IgcParser() {}

    /**
     * Reads one flight to its end; the stream stays open.
     *
     * @param name of the flight, kept as it is
     * @throws IOException if the stream fails, its packing is damaged, or it has more than 256 MB unpacked
     */
    public static Flight parse(String name, InputStream in) throws IOException {
        List<TrackPoint> points = new ArrayList<>();
        ProblemLog problems = new ProblemLog();
        read(in, new FixSink() {
            @Override
            public void fix(long line, TrackPoint point) {
                points.add(point);
            }

            @Override
            public void problem(long line, String message) {
                problems.add(line, message);
            }
        });
        return new Flight(name, points, problems.problems());
    }

    /**
     * Reads one flight to its end and holds none of it; the stream stays open.
     *
     * @param sink hears of each line as it is read
     * @throws IOException as {@link #parse}
     */
    public static void read(InputStream in, FixSink sink) throws IOException {
        new Parse(new LineReader(Unpacked.of(in)), sink).all();
    }

    /** What is known while one file is read. */
    private static final class Parse {
        private final LineReader lines;
        private final FixSink sink;
        private final FlightDate date = new FlightDate();
        private FixExtensions extensions = FixExtensions.NONE;

        Parse(LineReader lines, FixSink sink) {
            this.lines = lines;
            this.sink = sink;
        }

        void all() throws IOException {
            @Nullable String line;
            while ((line = lines.next()) != null) {
                try {
                    take(line);
                } catch (MalformedLine malformed) {
                    sink.problem(lines.lineNumber(), String.valueOf(malformed.getMessage()));
                }
            }
        }

        private void take(String line) throws MalformedLine {
            if (lines.tooLong()) {
                throw new MalformedLine("longer than " + LineReader.LONGEST_LINE + " bytes");
            }
            if (line.isBlank()) {
                return;
            }
            char kind = line.charAt(0);
            if (kind < 'A' || kind > 'Z') {
                throw new MalformedLine("no IGC record: it does not begin with a capital letter");
            }
            if (kind == 'B') {
                sink.fix(lines.lineNumber(), fix(line));
            } else if (kind == 'I') {
                extensions = FixExtensions.NONE;
                extensions = FixExtensions.parse(line);
            } else if (FlightDate.isDateRecord(line)) {
                date.take(line);
            }
        }

        /** {@code B HHMMSS DDMMmmmN DDDMMmmmE A PPPPP GGGGG}, without the spaces. */
        private TrackPoint fix(String line) throws MalformedLine {
            if (line.length() < FIX_LENGTH) {
                throw new MalformedLine(
                        "a fix has at least " + FIX_LENGTH + " characters, this one has " + line.length());
            }
            int latitudeDigits = extensions.latitudeDigits().scaled(line, 100, "LAD");
            int longitudeDigits = extensions.longitudeDigits().scaled(line, 100, "LOD");
            int millisOfDay =
                    timeOfDay(line) * 1_000 + extensions.secondDigits().scaled(line, 1_000, "TDS");
            int latitude = angle(line, 7, 2, 90, latitudeDigits, "latitude") * sign(line, 14, 'N', 'S');
            int longitude = angle(line, 15, 3, 180, longitudeDigits, "longitude") * sign(line, 23, 'E', 'W');
            boolean valid = sign(line, 24, 'A', 'V') > 0;
            int pressureAltitude = Columns.signed(line, 25, 5, "pressure altitude");
            int gnssAltitude = Columns.signed(line, 30, 5, "GNSS altitude");
            // The date comes last: a fix that is refused must not move the day on.
            return new TrackPoint(
                    date.instant(millisOfDay), latitude, longitude, valid, pressureAltitude, gnssAltitude);
        }

        private static int timeOfDay(String line) throws MalformedLine {
            int hours = Columns.atMost(23, Columns.number(line, 1, 2, "hours"), "the hour");
            int minutes = Columns.atMost(59, Columns.number(line, 3, 2, "minutes"), "the minute");
            int seconds = Columns.atMost(59, Columns.number(line, 5, 2, "seconds"), "the second");
            return (hours * 60 + minutes) * 60 + seconds;
        }

        private static int angle(String line, int position, int degreeDigits, int limit, int finer, String what)
                throws MalformedLine {
            int degrees = Columns.number(line, position, degreeDigits, what);
            int minutes = Columns.number(line, position + degreeDigits, 2, what);
            int thousandths = Columns.number(line, position + degreeDigits + 2, 3, what);
            Columns.atMost(59, minutes, "the " + what + "'s minute");
            long angle = ((long) degrees * 60 + minutes) * MINUTE + thousandths * 100L + finer;
            if (angle > (long) limit * TrackPoint.UNITS_PER_DEGREE) {
                throw new MalformedLine("the " + what + " is beyond " + limit + " degrees");
            }
            return (int) angle;
        }

        private static int sign(String line, int position, char positive, char negative) throws MalformedLine {
            char letter = line.charAt(position);
            if (letter != positive && letter != negative) {
                throw new MalformedLine("column " + (position + 1) + " is neither " + positive + " nor " + negative);
            }
            return letter == positive ? 1 : -1;
        }
    }
}
