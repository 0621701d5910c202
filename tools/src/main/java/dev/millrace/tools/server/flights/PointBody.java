package dev.millrace.tools.server.flights;

import dev.millrace.tools.flight.TrackPoint;
import org.jspecify.annotations.Nullable;

/**
 * A point as trackers send it. Immutable.
 *
 * @param time ms since 1970
 * @param latitude degrees, north positive
 * @param longitude degrees, east positive
 * @param pressureAltitude metres; null for 0
 * @param gnssAltitude metres; null for 0
 * @param valid whether it is a 3D fix; null for yes
 */
record PointBody(
        @Nullable Long time,
        @Nullable Double latitude,
        @Nullable Double longitude,
        @Nullable Integer pressureAltitude,
        @Nullable Integer gnssAltitude,
        @Nullable Boolean valid) {
    /** Beyond it, times are no longer exact. */
    private static final double LATEST = 1L << 45;

    PointBody {
        require("time", "ms since 1970", time, 0, LATEST);
        require("latitude", "degrees", latitude, -90, 90);
        require("longitude", "degrees", longitude, -180, 180);
        if (pressureAltitude != null) {
            require("pressureAltitude", "metres", pressureAltitude, -9_999, 99_999);
        }
        if (gnssAltitude != null) {
            require("gnssAltitude", "metres", gnssAltitude, -9_999, 99_999);
        }
    }

    private static void require(String name, String unit, @Nullable Number value, double least, double most) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        if (!(value.doubleValue() >= least && value.doubleValue() <= most)) {
            throw new IllegalArgumentException("%s must be from %.0f to %.0f %s".formatted(name, least, most, unit));
        }
    }

    TrackPoint point() {
        return new TrackPoint(
                time == null ? 0 : time,
                units(latitude),
                units(longitude),
                valid == null || valid,
                pressureAltitude == null ? 0 : pressureAltitude,
                gnssAltitude == null ? 0 : gnssAltitude);
    }

    private static int units(@Nullable Double degrees) {
        return degrees == null ? 0 : (int) Math.round(degrees * TrackPoint.UNITS_PER_DEGREE);
    }
}
