package dev.millrace.tools.server.flights;

import dev.millrace.tools.flight.Problems;
import dev.millrace.tools.flight.TrackPoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Points of a flight as JSON. Immutable.
 *
 * @param flight its id; null for one that is made of the points
 * @param points at least one
 */
record FlightBody(@Nullable String flight, @Nullable List<PointBody> points) {
    FlightBody {
        if (flight != null) {
            FlightId.checked(flight);
        }
        if (points == null || points.isEmpty()) {
            throw new IllegalArgumentException("points must have at least one");
        }
        if (points.size() > IncomingFlight.MOST_POINTS) {
            throw new IllegalArgumentException(
                    "points may have up to " + IncomingFlight.MOST_POINTS + "; send the others in another request");
        }
        if (points.contains(null)) {
            throw new IllegalArgumentException("points[" + points.indexOf(null) + "] is null");
        }
    }

    IncomingFlight incoming() {
        List<PointBody> bodies = points == null ? List.of() : points;
        List<TrackPoint> its = new ArrayList<>(bodies.size());
        bodies.forEach(body -> its.add(body.point()));
        byte[] packed = Packed.of(its);
        String id = flight == null ? FlightId.of(Sha256.of(packed)) : flight;
        return new IncomingFlight(id, packed, Problems.NONE);
    }
}
