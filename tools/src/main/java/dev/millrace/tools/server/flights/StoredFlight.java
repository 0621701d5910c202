package dev.millrace.tools.server.flights;

import dev.millrace.tools.flight.TrackPoint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A flight as it is stored: its points in the order of their times (those of one time in the order in which they were sent), each
 * once, however often it came. Immutable.
 */
final class StoredFlight {
    private static final Comparator<TrackPoint> BY_TIME = Comparator.comparingLong(TrackPoint::epochMillis);

    private final FlightCounts counts;
    private final List<TrackPoint> points;
    private final int duplicates;
    private final List<String> problems;

    /** @param parts values of the track: the place of the first point, and the points */
    StoredFlight(FlightCounts counts, List<byte[]> parts, List<String> problems) {
        this.counts = counts;
        this.problems = List.copyOf(problems);
        List<byte[]> inOrder = new ArrayList<>(parts);
        inOrder.sort(Comparator.comparingInt(part -> ByteBuffer.wrap(part).getInt()));
        List<TrackPoint> all = new ArrayList<>((int) Math.min(TrackStore.MOST_POINTS, counts.points()));
        inOrder.forEach(part -> all.addAll(Packed.points(part, 4)));
        all.sort(BY_TIME); // stable, and quick where it is sorted already
        this.points = once(all);
        this.duplicates = all.size() - points.size();
    }

    /** Equal points have equal times, so only those of one time are compared. */
    private static List<TrackPoint> once(List<TrackPoint> sorted) {
        List<TrackPoint> once = new ArrayList<>(sorted.size());
        Set<TrackPoint> ofOneTime = new HashSet<>();
        for (int i = 0; i < sorted.size(); i++) {
            TrackPoint point = sorted.get(i);
            boolean sharesTime = i > 0 && sorted.get(i - 1).epochMillis() == point.epochMillis();
            if (!sharesTime) {
                ofOneTime.clear();
            }
            if (ofOneTime.add(point)) {
                once.add(point);
            }
        }
        return List.copyOf(once);
    }

    FlightCounts counts() {
        return counts;
    }

    List<TrackPoint> points() {
        return points;
    }

    /** Points that came in more than one part. */
    int duplicates() {
        return duplicates;
    }

    /** The first of its problems. */
    List<String> problems() {
        return problems;
    }
}
