package dev.millrace.command;

/**
 * A place on the globe in degrees (WGS 84). Redis keeps it in 52 bits, so that what comes back differs from what was
 * stored by up to half a metre.
 *
 * @param longitude from -180 to 180, east is positive
 * @param latitude from -85.05112878 to 85.05112878, north is positive; Redis holds nothing nearer to the poles
 */
public record GeoPosition(double longitude, double latitude) {
    private static final double MAX_LONGITUDE = 180;
    private static final double MAX_LATITUDE = 85.05112878;

    static final Decoder<GeoPosition> OR_NULL = reply -> reply.nullable(() -> read(reply));

    /** @throws IllegalArgumentException if either is outside of its range or NaN */
    public GeoPosition {
        if (!(Math.abs(longitude) <= MAX_LONGITUDE)) {
            throw new IllegalArgumentException("a longitude is from -180 to 180 degrees, not " + longitude);
        }
        if (!(Math.abs(latitude) <= MAX_LATITUDE)) {
            throw new IllegalArgumentException(
                    "a latitude that Redis holds is from -85.05112878 to 85.05112878 degrees, not " + latitude);
        }
    }

    static GeoPosition read(ReplyReader reply) {
        int count = reply.readArray();
        if (count != 2) {
            throw new UnexpectedReply("wanted longitude and latitude, the server answered " + count + " elements");
        }
        double longitude = reply.readDouble();
        double latitude = reply.readDouble();
        if (Double.isNaN(longitude) || Double.isNaN(latitude)) {
            throw new UnexpectedReply("wanted longitude and latitude, the server answered what is not a number");
        }
        // The centre of a cell at the rim may come rounded to just outside of the range.
        return new GeoPosition(
                Math.clamp(longitude, -MAX_LONGITUDE, MAX_LONGITUDE),
                Math.clamp(latitude, -MAX_LATITUDE, MAX_LATITUDE));
    }

    void addTo(Arguments arguments) {
        arguments.add(longitude).add(latitude);
    }
}
