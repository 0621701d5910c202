package dev.millrace.tools.flight;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One fix of a flight. Immutable.
 *
 * <p>Positions are whole hundred-thousandths of a minute of arc (about 2 cm), the finest that trackers write, so nothing
 * is rounded on the way through a file, an encoding and back; degrees are derived.
 *
 * @param epochMillis time of the fix, in ms since 1970-01-01T00:00Z
 * @param latitude north is positive, in 1/100,000 minutes; within ±90°
 * @param longitude east is positive, in 1/100,000 minutes; within ±180°
 * @param valid true for a 3D fix (A), false for a 2D fix or none (V), whose GNSS altitude means nothing
 * @param pressureAltitude above the ISA sea-level pressure, in m; −9,999 to 99,999
 * @param gnssAltitude above the ellipsoid or geoid, as the tracker declares, in m; −9,999 to 99,999
 */
public record TrackPoint(
        long epochMillis, int latitude, int longitude, boolean valid, int pressureAltitude, int gnssAltitude) {
    /** Units of {@link #latitude} and {@link #longitude} in a degree. */
    public static final int UNITS_PER_DEGREE = 6_000_000;

    /** Length of {@link #toBytes}. */
    public static final int BYTES = 22;

    private static final long MILLIS_LIMIT = 1L << 46;
    private static final int ALTITUDE_OFFSET = 10_000;
    private static final Pattern TEXT =
            Pattern.compile("(\\d{1,14}),(-?\\d{1,10}),(-?\\d{1,10}),([AV]),(-?\\d{1,5}),(-?\\d{1,5})");

    public TrackPoint {
        requireWithin("epochMillis", epochMillis, 0, MILLIS_LIMIT - 1);
        requireWithin("latitude", latitude, -90L * UNITS_PER_DEGREE, 90L * UNITS_PER_DEGREE);
        requireWithin("longitude", longitude, -180L * UNITS_PER_DEGREE, 180L * UNITS_PER_DEGREE);
        requireWithin("pressureAltitude", pressureAltitude, -9_999, 99_999);
        requireWithin("gnssAltitude", gnssAltitude, -9_999, 99_999);
    }

    /** Time of the fix. */
    public Instant time() {
        return Instant.ofEpochMilli(epochMillis);
    }

    /** Latitude in degrees, north positive. */
    public double latitudeDegrees() {
        return (double) latitude / UNITS_PER_DEGREE;
    }

    /** Longitude in degrees, east positive. */
    public double longitudeDegrees() {
        return (double) longitude / UNITS_PER_DEGREE;
    }

    /**
     * The point as {@link #BYTES} bytes, big-endian: time in ms doubled, plus 1 for a 3D fix (8 bytes), latitude (4),
     * longitude (4), then each altitude plus 10,000 (3 and 3).
     */
    public byte[] toBytes() {
        byte[] bytes = new byte[BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        buffer.putLong(epochMillis << 1 | (valid ? 1 : 0)).putInt(latitude).putInt(longitude);
        putAltitude(buffer, pressureAltitude);
        putAltitude(buffer, gnssAltitude);
        return bytes;
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it is not such a point
     */
    public static TrackPoint fromBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a track point has " + BYTES + " bytes, got " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long timeAndFlag = buffer.getLong();
        return new TrackPoint(
                timeAndFlag >> 1,
                buffer.getInt(),
                buffer.getInt(),
                (timeAndFlag & 1) == 1,
                altitude(buffer),
                altitude(buffer));
    }

    /** The point as text, its components separated by commas: {@code 1718536350000,283709480,53941790,A,0,1202}. */
    public String toText() {
        return epochMillis + "," + latitude + "," + longitude + "," + (valid ? 'A' : 'V') + "," + pressureAltitude + ","
                + gnssAltitude;
    }

    /**
     * Reads what {@link #toText} wrote.
     *
     * @throws IllegalArgumentException if it is not such a point
     */
    public static TrackPoint fromText(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a track point is written time,latitude,longitude,A or V,pressure altitude,GNSS altitude");
        }
        return new TrackPoint(
                Long.parseLong(matcher.group(1)),
                position(matcher.group(2)),
                position(matcher.group(3)),
                matcher.group(4).equals("A"),
                Integer.parseInt(matcher.group(5)),
                Integer.parseInt(matcher.group(6)));
    }

    /** Ten digits may be more than an int holds; the range check names what is wrong, so cut to just outside it. */
    private static int position(String digits) {
        return (int) Math.clamp(Long.parseLong(digits), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static void putAltitude(ByteBuffer buffer, int altitude) {
        int shifted = altitude + ALTITUDE_OFFSET;
        buffer.put((byte) (shifted >> 16)).putShort((short) shifted);
    }

    private static int altitude(ByteBuffer buffer) {
        return (Byte.toUnsignedInt(buffer.get()) << 16 | Short.toUnsignedInt(buffer.getShort())) - ALTITUDE_OFFSET;
    }

    private static void requireWithin(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be from " + min + " to " + max + ", got " + value);
        }
    }
}
