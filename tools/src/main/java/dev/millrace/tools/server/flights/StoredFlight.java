package dev.millrace.tools.server.flights;

import dev.millrace.tools.flight.TrackPoint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A flight as it is stored: its points in the order of their times, those of one time in the order in which they were sent. What was
 * sent together is there as it was sent; a point that was sent again with others is there once. Immutable.
 */
final class StoredFlight {
    /** Bytes before the points of a part: a digest of all that was sent with it, and the place of the first of its points. */
    static final int HEAD = 12;

    private final FlightCounts counts;
    private final List<TrackPoint> points;
    private final int duplicates;
    private final List<String> problems;

    /** A point, and with which others it was sent. */
    private record Sent(TrackPoint point, long upload) {
        long time() {
            return point.epochMillis();
        }
    }

    /** @param parts values of the track */
    StoredFlight(FlightCounts counts, List<byte[]> parts, List<String> problems) {
        this.counts = counts;
        this.problems = List.copyOf(problems);
        List<byte[]> inOrder = new ArrayList<>(parts);
        inOrder.sort(Comparator.comparingInt(part -> ByteBuffer.wrap(part).getInt(Long.BYTES)));
        List<Sent> all = new ArrayList<>((int) Math.min(TrackStore.MOST_POINTS, counts.points()));
        for (byte[] part : inOrder) {
            long upload = ByteBuffer.wrap(part).getLong();
            Packed.points(part, HEAD).forEach(point -> all.add(new Sent(point, upload)));
        }
        all.sort(Comparator.comparingLong(Sent::time)); // stable, and quick where it is sorted already
        this.points = once(all);
        this.duplicates = all.size() - points.size();
    }

    /** Equal points have equal times, so only those of one time are compared. */
    private static List<TrackPoint> once(List<Sent> sorted) {
        List<TrackPoint> once = new ArrayList<>(sorted.size());
        for (int from = 0; from < sorted.size(); ) {
            int to = from + 1;
            while (to < sorted.size()
                    && sorted.get(to).time() == sorted.get(from).time()) {
                to++;
            }
            addOnce(sorted.subList(from, to), once);
            from = to;
        }
        return List.copyOf(once);
    }

    /** A point that one upload has twice is there twice, however many other uploads have it too. */
    private static void addOnce(List<Sent> ofOneTime, List<TrackPoint> once) {
        if (ofOneTime.size() == 1) {
            once.add(ofOneTime.getFirst().point());
            return;
        }
        Map<Sent, Integer> seen = new HashMap<>();
        Map<TrackPoint, Integer> added = new HashMap<>();
        for (Sent sent : ofOneTime) {
            if (seen.merge(sent, 1, Integer::sum) > added.getOrDefault(sent.point(), 0)) {
                added.merge(sent.point(), 1, Integer::sum);
                once.add(sent.point());
            }
        }
    }

    FlightCounts counts() {
        return counts;
    }

    List<TrackPoint> points() {
        return points;
    }

    /** Points that were sent again with others. */
    int duplicates() {
        return duplicates;
    }

    /** The first of its problems. */
    List<String> problems() {
        return problems;
    }
}
