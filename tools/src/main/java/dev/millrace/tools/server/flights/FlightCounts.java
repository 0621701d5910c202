package dev.millrace.tools.server.flights;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was counted of a flight while its parts were stored. Immutable.
 *
 * @param flight its id
 * @param points stored, those among them that came twice in different parts too
 * @param rejected points that were not stored, for they are none of a flight
 * @param problems how many there were, with points and lines
 * @param first time of the earliest point, ms since 1970; null if none is stored
 * @param last time of the latest
 * @param created when its first points were stored
 * @param updated when its last points were stored
 * @param source where these came from
 */
record FlightCounts(
        String flight,
        long points,
        long rejected,
        long problems,
        @Nullable Long first,
        @Nullable Long last,
        long created,
        long updated,
        String source) {
    static FlightCounts of(String flight, Map<String, String> known) {
        return new FlightCounts(
                flight,
                number(known, "points"),
                number(known, "rejected"),
                number(known, "problems"),
                known.containsKey("first") ? number(known, "first") : null,
                known.containsKey("last") ? number(known, "last") : null,
                number(known, "created"),
                number(known, "updated"),
                known.getOrDefault("source", ""));
    }

    private static long number(Map<String, String> known, String field) {
        return Long.parseLong(known.getOrDefault(field, "0"));
    }
}
