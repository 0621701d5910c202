package dev.millrace.tools.server.flights;

import java.util.Locale;

/** Where points come from: the type of their jobs, and the lane that they take. */
enum PointSource {
    /** Trackers of pilots in the air. */
    LIVE,
    /** Trackers by way of a tracking service. */
    FLYMASTER,
    /** Recordings of whole flights. */
    UPLOAD;

    /** The lane of whom someone watches. */
    static final String LIVE_LANE = "live";

    /** The lane of what can wait. */
    static final String BULK_LANE = "bulk";

    /** The type of its jobs. */
    String type() {
        return name().toLowerCase(Locale.ROOT);
    }

    String lane() {
        return this == UPLOAD ? BULK_LANE : LIVE_LANE;
    }
}
