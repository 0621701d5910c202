package dev.millrace.tools.server.flights;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.tools.flight.TrackPoint;
import dev.millrace.tools.server.http.Json;
import dev.millrace.tools.server.http.Parameters;
import dev.millrace.tools.server.http.Problem;
import dev.millrace.tools.server.http.Routes;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * Where stored flights are read. What has many numbers is written number by number, and no tree of it is built.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class FlightEndpoints {
    private static final int PAGE = 10_000;
    private static final double ROUNDED = 1e7; // a centimetre, in degrees

    private final Json json;
    private final TrackStore store;

    FlightEndpoints(Json json, TrackStore store) {
        this.json = json;
        this.store = store;
    }

    void routes(Routes routes) {
        routes.get("/api/v2/flights", this::list);
        routes.get("/api/v2/flights/{id}", context -> context.json(FlightSummary.of(flight(context))));
        routes.get("/api/v2/flights/{id}/track", this::track);
        routes.get("/api/v2/flights/{id}/points", this::points);
    }

    private void list(Context context) {
        int offset = Parameters.number(context, "offset", 0, 0, TrackStore.MOST_LISTED);
        int limit = Parameters.number(context, "limit", 100, 1, 1_000);
        TrackStore.Newest newest = store.newest(offset, limit);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("total", newest.total());
        answer.put("flights", newest.flights());
        context.json(answer);
    }

    private StoredFlight flight(Context context) {
        String id = context.pathParam("id");
        try {
            FlightId.checked(id);
        } catch (IllegalArgumentException impossible) {
            throw unknown();
        }
        return store.read(id).orElseThrow(FlightEndpoints::unknown);
    }

    private static Problem unknown() {
        return Problem.notFound("there is no such flight; what was just sent is stored in a moment");
    }

    private void points(Context context) {
        int offset = Parameters.number(context, "offset", 0, 0, TrackStore.MOST_POINTS);
        int limit = Parameters.number(context, "limit", PAGE, 1, TrackStore.MOST_POINTS);
        StoredFlight flight = flight(context);
        List<TrackPoint> all = flight.points();
        int from = Math.min(offset, all.size());
        List<TrackPoint> page = all.subList(from, Math.min(all.size(), from + limit));
        String accepted = context.header("Accept");
        if (accepted != null && accepted.contains("application/octet-stream")) {
            context.header("X-Total-Count", Integer.toString(all.size()))
                    .contentType("application/octet-stream")
                    .result(Packed.of(page));
            return;
        }
        ByteArrayOutputStream to = new ByteArrayOutputStream(128 + page.size() * 128);
        try (JsonGenerator out = json.mapper().createGenerator(to)) {
            out.writeStartObject();
            out.writeStringProperty("flight", flight.counts().flight());
            out.writeNumberProperty("total", all.size());
            out.writeNumberProperty("offset", offset);
            out.writeNumberProperty("unitsPerDegree", TrackPoint.UNITS_PER_DEGREE);
            out.writeArrayPropertyStart("points");
            for (TrackPoint point : page) {
                out.writeStartObject();
                out.writeNumberProperty("epochMillis", point.epochMillis());
                out.writeNumberProperty("latitude", point.latitude());
                out.writeNumberProperty("longitude", point.longitude());
                out.writeBooleanProperty("valid", point.valid());
                out.writeNumberProperty("pressureAltitude", point.pressureAltitude());
                out.writeNumberProperty("gnssAltitude", point.gnssAltitude());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        context.contentType("application/json").result(to.toByteArray());
    }

    /** A feature of RFC 7946; a line needs two positions, so one alone is a point, and none has no geometry. */
    private void track(Context context) {
        StoredFlight flight = flight(context);
        List<TrackPoint> points = flight.points();
        ByteArrayOutputStream to = new ByteArrayOutputStream(128 + points.size() * 64);
        try (JsonGenerator out = json.mapper().createGenerator(to)) {
            out.writeStartObject();
            out.writeStringProperty("type", "Feature");
            out.writeStringProperty("id", flight.counts().flight());
            if (points.isEmpty()) {
                out.writeNullProperty("geometry");
            } else {
                out.writeObjectPropertyStart("geometry");
                out.writeStringProperty("type", points.size() == 1 ? "Point" : "LineString");
                out.writeName("coordinates");
                positions(out, points);
                out.writeEndObject();
            }
            out.writeObjectPropertyStart("properties");
            out.writeStringProperty("flight", flight.counts().flight());
            out.writeArrayPropertyStart("times");
            for (TrackPoint point : points) {
                out.writeNumber(point.epochMillis());
            }
            out.writeEndArray();
            out.writeEndObject();
            out.writeEndObject();
        }
        context.contentType("application/geo+json").result(to.toByteArray());
    }

    private static void positions(JsonGenerator out, List<TrackPoint> points) {
        if (points.size() == 1) {
            position(out, points.getFirst());
            return;
        }
        out.writeStartArray();
        points.forEach(point -> position(out, point));
        out.writeEndArray();
    }

    private static void position(JsonGenerator out, TrackPoint point) {
        out.writeStartArray();
        out.writeNumber(Math.round(point.longitudeDegrees() * ROUNDED) / ROUNDED);
        out.writeNumber(Math.round(point.latitudeDegrees() * ROUNDED) / ROUNDED);
        out.writeNumber(point.valid() ? point.gnssAltitude() : point.pressureAltitude());
        out.writeEndArray();
    }
}
