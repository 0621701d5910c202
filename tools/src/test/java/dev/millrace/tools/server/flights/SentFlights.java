package dev.millrace.tools.server.flights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.tools.flight.Flight;
import dev.millrace.tools.flight.FlightFolder;
import dev.millrace.tools.flight.TrackPoint;
import dev.millrace.tools.server.ServerFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;

/** Flights as tests send them, and compare what is stored with them. */
final class SentFlights {
    static final Path FOLDER = Path.of(System.getProperty("millrace.home", ".."), "flights");
    static final String BOUNDARY = "a-line-between";

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final long NOON = 1_718_536_350_000L;

    private SentFlights() {}

    static List<Flight> real() {
        return FlightFolder.read(FOLDER);
    }

    static byte[] file(String name) {
        try {
            return Files.readAllBytes(FOLDER.resolve(name + ".igc"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Points of a flight that differs from those of other numbers. */
    static List<TrackPoint> points(int flight, int count) {
        List<TrackPoint> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            points.add(new TrackPoint(
                    NOON + i * 1_000L, 283_709_480 + flight * 1_000 + i, 53_941_790 - i, i % 7 > 0, 900 + i, 950 + i));
        }
        return points;
    }

    static String json(String flight, List<TrackPoint> points) {
        StringJoiner json = new StringJoiner(",\n", "{\"flight\":\"" + flight + "\",\"points\":[\n", "]}");
        for (TrackPoint point : points) {
            json.add("{\"time\":" + point.epochMillis() + ",\"latitude\":" + point.latitudeDegrees()
                    + ",\"longitude\":" + point.longitudeDegrees() + ",\"valid\":" + point.valid()
                    + ",\"pressureAltitude\":" + point.pressureAltitude() + ",\"gnssAltitude\":" + point.gnssAltitude()
                    + "}");
        }
        return json.toString();
    }

    static byte[] packed(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static HttpRequest.Builder raw(ServerFixture server, String path, String type, byte[] body) {
        return HttpRequest.newBuilder(server.at(path))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body));
    }

    static HttpRequest.Builder form(ServerFixture server, String path, Map<String, byte[]> files) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            body.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                            + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            body.writeBytes(content);
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        });
        body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return raw(server, path, "multipart/form-data; boundary=" + BOUNDARY, body.toByteArray());
    }

    /** Waits until a flight has so many points, and reads them as bytes. */
    static List<TrackPoint> stored(ServerFixture server, String flight, int count) {
        Await.until(
                SOON,
                () -> server.get("/api/v2/flights/" + flight + "/points?limit=1")
                                        .status()
                                == 200
                        && total(server, flight) >= count,
                () -> "not " + count + " points are stored of " + flight);
        byte[] bytes = server.send(
                        HttpRequest.newBuilder(server.at("/api/v2/flights/" + flight + "/points?limit=300000"))
                                .header("Accept", "application/octet-stream"))
                .is(200)
                .response()
                .body();
        return Packed.points(bytes, 0);
    }

    static int total(ServerFixture server, String flight) {
        return server.get("/api/v2/flights/" + flight + "/points?limit=1")
                .is(200)
                .json()
                .get("total")
                .asInt();
    }

    static TrackPoint point(JsonNode json) {
        return new TrackPoint(
                json.get("epochMillis").asLong(),
                json.get("latitude").asInt(),
                json.get("longitude").asInt(),
                json.get("valid").asBoolean(),
                json.get("pressureAltitude").asInt(),
                json.get("gnssAltitude").asInt());
    }

    /** That what is stored is what was sent, in the order of the times. */
    static void assertSame(List<TrackPoint> stored, List<TrackPoint> sent) {
        List<TrackPoint> sorted = new ArrayList<>(sent);
        sorted.sort(Comparator.comparingLong(TrackPoint::epochMillis));
        assertThat(stored.equals(sorted))
                .as("%d points sent, %d stored", sent.size(), stored.size())
                .isTrue();
    }
}
