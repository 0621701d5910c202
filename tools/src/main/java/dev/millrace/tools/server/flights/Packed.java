package dev.millrace.tools.server.flights;

import dev.millrace.tools.flight.TrackPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Track points one behind the other, {@value TrackPoint#BYTES} bytes each. Stateless. */
final class Packed {
    private Packed() {}

    static byte[] of(List<TrackPoint> points) {
        byte[] all = new byte[points.size() * TrackPoint.BYTES];
        int at = 0;
        for (TrackPoint point : points) {
            System.arraycopy(point.toBytes(), 0, all, at, TrackPoint.BYTES);
            at += TrackPoint.BYTES;
        }
        return all;
    }

    /** @throws IllegalArgumentException if these are no points */
    static List<TrackPoint> points(byte[] bytes, int from) {
        int length = bytes.length - from;
        if (length % TrackPoint.BYTES != 0) {
            throw new IllegalArgumentException(length + " bytes are no whole number of track points");
        }
        List<TrackPoint> points = new ArrayList<>(length / TrackPoint.BYTES);
        for (int at = from; at < bytes.length; at += TrackPoint.BYTES) {
            points.add(TrackPoint.fromBytes(Arrays.copyOfRange(bytes, at, at + TrackPoint.BYTES)));
        }
        return points;
    }
}
