package dev.millrace.tools.server.check;

import dev.millrace.tools.flight.Flight;
import dev.millrace.tools.flight.TrackPoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Uploads at the same moment, each of points of its own, as JSON; then all of them are read back and compared. The latency counts
 * from the moment at which all begin. The first rounds warm up both sides, and are compared like the others.
 */
record UploadsCheck(Site site, List<Flight> flights, int uploads, int points, int rounds) {
    private static final int WARM_UPS = 10;

    /** A flight that is sent. */
    private record Sent(String id, List<TrackPoint> points, byte[] body) {}

    Finding run() throws Exception {
        Histogram nanos = new ConcurrentHistogram(3);
        Histogram warmUp = new ConcurrentHistogram(3);
        int accepted = 0;
        int equal = 0;
        int expected = 0;
        long unique = System.currentTimeMillis();
        for (int round = 0; round < WARM_UPS + rounds; round++) {
            List<Sent> all = prepared("check-" + unique + "-" + round + "-");
            accepted += Storm.of(
                    all.stream()
                            .<Storm.Request>map(
                                    sent -> () -> site.post("/api/v2/uploads/process", "application/json", sent.body()))
                            .toList(),
                    round < WARM_UPS ? warmUp : nanos);
            expected += all.size();
            for (Sent sent : all) {
                equal += site.points(sent.id(), sent.points().size()).equals(sent.points()) ? 1 : 0;
            }
        }
        double p50 = nanos.getValueAtPercentile(50) / 1e6;
        double p99 = nanos.getValueAtPercentile(99) / 1e6;
        return new Finding(
                "uploads",
                accepted == expected && equal == expected,
                String.format(
                        Locale.ROOT,
                        "%d rounds of %d uploads at once, %,d points each: %d of %d accepted, %d read back equal; the"
                                + " last %d rounds p50 %.0f ms, p99 %.0f ms",
                        WARM_UPS + rounds,
                        uploads,
                        points,
                        accepted,
                        expected,
                        equal,
                        rounds,
                        p50,
                        p99),
                Map.of(
                        "uploads", expected,
                        "points", points,
                        "accepted", accepted,
                        "equal", equal,
                        "p50_millis", p50,
                        "p99_millis", p99));
    }

    private List<Sent> prepared(String prefix) {
        List<Sent> all = new ArrayList<>();
        for (int i = 0; i < uploads; i++) {
            List<TrackPoint> its = new ArrayList<>(points);
            List<TrackPoint> from = flights.get(i % flights.size()).points();
            for (int k = 0; k < points; k++) {
                TrackPoint point = from.get(k % from.size());
                // A second for each point, so that those of a flight that is too short stay apart.
                its.add(new TrackPoint(
                        from.getFirst().epochMillis() + 1_000L * k,
                        point.latitude(),
                        point.longitude(),
                        point.valid(),
                        point.pressureAltitude(),
                        point.gnssAltitude()));
            }
            all.add(new Sent(prefix + i, its, json(prefix + i, its)));
        }
        return all;
    }

    private static byte[] json(String id, List<TrackPoint> points) {
        StringBuilder json = new StringBuilder(64 + points.size() * 140);
        json.append("{\"flight\":\"").append(id).append("\",\"points\":[");
        for (TrackPoint point : points) {
            json.append(json.charAt(json.length() - 1) == '[' ? "" : ",\n")
                    .append("{\"time\":")
                    .append(point.epochMillis())
                    .append(",\"latitude\":")
                    .append(point.latitudeDegrees())
                    .append(",\"longitude\":")
                    .append(point.longitudeDegrees())
                    .append(",\"valid\":")
                    .append(point.valid())
                    .append(",\"pressureAltitude\":")
                    .append(point.pressureAltitude())
                    .append(",\"gnssAltitude\":")
                    .append(point.gnssAltitude())
                    .append('}');
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }
}
