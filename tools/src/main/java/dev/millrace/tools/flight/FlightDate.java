package dev.millrace.tools.flight;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns times of day into instants: the date of the header, and a day more each time the clock passes midnight. Confined
 * to one parse.
 *
 * <p>Fixes are taken in the order of the file. A step back of more than half a day is midnight; a smaller one is a
 * correction of the tracker's clock and stays on the same day. A step forward of more than half a day, after a midnight,
 * is a straggler from before it.
 */
final class FlightDate {
    private static final Pattern RECORD = Pattern.compile("H[A-Z]DTE(?:DATE)?:? *(\\d{2})(\\d{2})(\\d{2})(?:,.*)?");
    private static final int DAY_MILLIS = 86_400_000;
    private static final int FIRST_YEAR_OF_1900 = 80;

    private @Nullable LocalDate date;
    private long startMillis;
    private int days;
    private int previousMillisOfDay = -1;

    /** Whether a line is meant as a date record, well formed or not. */
    static boolean isDateRecord(String line) {
        return line.length() >= 5 && line.charAt(0) == 'H' && line.startsWith("DTE", 2);
    }

    /**
     * Takes a date record: {@code HFDTE160624}, {@code HFDTEDATE:160624} or {@code HFDTEDATE:160624,01}. A date that was
     * given before changes nothing; another one starts anew, for it begins another part of the recording.
     *
     * @throws MalformedLine if it is no date
     */
    void take(String line) throws MalformedLine {
        Matcher matcher = RECORD.matcher(line.strip());
        if (!matcher.matches()) {
            throw new MalformedLine("a date record is HFDTEDDMMYY or HFDTEDATE:DDMMYY,NN");
        }
        LocalDate taken = date(matcher);
        if (!taken.equals(date)) {
            date = taken;
            startMillis = taken.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
            days = 0;
            previousMillisOfDay = -1;
        }
    }

    /**
     * The instant of a fix, in ms since 1970.
     *
     * @throws MalformedLine if no date is known yet
     */
    long instant(int millisOfDay) throws MalformedLine {
        if (date == null) {
            throw new MalformedLine("a fix before any date record (HFDTE), its day is unknown");
        }
        if (previousMillisOfDay >= 0) {
            int step = millisOfDay - previousMillisOfDay;
            if (step < -DAY_MILLIS / 2) {
                days++;
            } else if (step > DAY_MILLIS / 2 && days > 0) {
                days--;
            }
        }
        previousMillisOfDay = millisOfDay;
        return startMillis + (long) days * DAY_MILLIS + millisOfDay;
    }

    private static LocalDate date(Matcher matcher) throws MalformedLine {
        int year = Integer.parseInt(matcher.group(3));
        try {
            return LocalDate.of(
                    year >= FIRST_YEAR_OF_1900 ? 1900 + year : 2000 + year,
                    Integer.parseInt(matcher.group(2)),
                    Integer.parseInt(matcher.group(1)));
        } catch (DateTimeException impossible) {
            throw new MalformedLine("a date record with an impossible day, month or year");
        }
    }
}
