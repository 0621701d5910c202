package dev.millrace.tools.bench;

import dev.millrace.tools.flight.TrackPoint;
import java.util.ArrayList;
import java.util.List;

/** The fixes of the flights, as many as are asked for. Stateless. */
final class FlightPoints {
    private static final long DAY_MILLIS = 86_400_000;

    private FlightPoints() {}

    /** The fixes; where they are too few, once more with the time of another day, so that all differ. */
    static List<TrackPoint> of(Setting setting, int count) {
        List<TrackPoint> fixes = setting.flights().stream()
                .flatMap(flight -> flight.points().stream())
                .toList();
        List<TrackPoint> points = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            TrackPoint fix = fixes.get(i % fixes.size());
            long laterMillis = i / fixes.size() * DAY_MILLIS;
            points.add(new TrackPoint(
                    fix.epochMillis() + laterMillis,
                    fix.latitude(),
                    fix.longitude(),
                    fix.valid(),
                    fix.pressureAltitude(),
                    fix.gnssAltitude()));
        }
        return points;
    }

    /** Points as they are sent, one after another. */
    static byte[] encoded(List<TrackPoint> points) {
        byte[] all = new byte[points.size() * TrackPoint.BYTES];
        for (int i = 0; i < points.size(); i++) {
            System.arraycopy(points.get(i).toBytes(), 0, all, i * TrackPoint.BYTES, TrackPoint.BYTES);
        }
        return all;
    }
}
