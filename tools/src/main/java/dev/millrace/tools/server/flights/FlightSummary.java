package dev.millrace.tools.server.flights;

import dev.millrace.tools.flight.TrackPoint;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** What a flight was, in numbers. Stateless. */
final class FlightSummary {
    private static final double EARTH_KM = 6_371.0088; // the mean radius of IUGG

    private FlightSummary() {}

    static Map<String, Object> of(StoredFlight flight) {
        List<TrackPoint> points = flight.points();
        FlightCounts counts = flight.counts();
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("flight", counts.flight());
        summary.put("source", counts.source());
        summary.put("fixes", points.size());
        summary.put("validFixes", points.stream().filter(TrackPoint::valid).count());
        summary.put("duplicates", flight.duplicates());
        summary.put("rejected", counts.rejected());
        if (!points.isEmpty()) {
            long first = points.getFirst().epochMillis();
            long last = points.getLast().epochMillis();
            summary.put("first", first);
            summary.put("last", last);
            summary.put("durationSeconds", (last - first) / 1_000);
            summary.put("bounds", bounds(points));
            summary.put("pressureAltitude", range(points, TrackPoint::pressureAltitude));
            summary.put("gnssAltitude", range(points, TrackPoint::gnssAltitude));
            summary.put("distanceKm", Math.round(kilometres(points) * 1e3) / 1e3);
        }
        summary.put("created", counts.created());
        summary.put("updated", counts.updated());
        summary.put("problems", Map.of("count", counts.problems(), "first", flight.problems()));
        return summary;
    }

    private static Map<String, Object> bounds(List<TrackPoint> points) {
        IntSummaryStatistics latitudes = statistics(points, TrackPoint::latitude);
        IntSummaryStatistics longitudes = statistics(points, TrackPoint::longitude);
        Map<String, Object> bounds = new LinkedHashMap<>();
        bounds.put("south", degrees(latitudes.getMin()));
        bounds.put("west", degrees(longitudes.getMin()));
        bounds.put("north", degrees(latitudes.getMax()));
        bounds.put("east", degrees(longitudes.getMax()));
        return bounds;
    }

    private static Map<String, Object> range(List<TrackPoint> points, ToIntFunction<TrackPoint> altitude) {
        IntSummaryStatistics statistics = statistics(points, altitude);
        return Map.of("lowest", statistics.getMin(), "highest", statistics.getMax());
    }

    private static IntSummaryStatistics statistics(List<TrackPoint> points, ToIntFunction<TrackPoint> of) {
        return points.stream().mapToInt(of).summaryStatistics();
    }

    private static double degrees(int units) {
        return (double) units / TrackPoint.UNITS_PER_DEGREE;
    }

    /** Great circles from each valid fix to the next, by the haversine, which is exact for short ways too. */
    static double kilometres(List<TrackPoint> points) {
        double sum = 0;
        TrackPoint before = null;
        for (TrackPoint point : points) {
            if (point.valid()) {
                sum += before == null ? 0 : kilometres(before, point);
                before = point;
            }
        }
        return sum;
    }

    private static double kilometres(TrackPoint from, TrackPoint to) {
        double fromLatitude = Math.toRadians(from.latitudeDegrees());
        double toLatitude = Math.toRadians(to.latitudeDegrees());
        double up = Math.sin((toLatitude - fromLatitude) / 2);
        double across = Math.sin(Math.toRadians(to.longitudeDegrees() - from.longitudeDegrees()) / 2);
        double haversine = up * up + Math.cos(fromLatitude) * Math.cos(toLatitude) * across * across;
        return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(haversine)));
    }
}
