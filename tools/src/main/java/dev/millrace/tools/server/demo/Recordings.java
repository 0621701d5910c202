package dev.millrace.tools.server.demo;

import dev.millrace.tools.BadInput;
import dev.millrace.tools.flight.Flight;
import dev.millrace.tools.flight.IgcParser;
import dev.millrace.tools.flight.TrackPoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Recorded flights that are flown again.
 *
 * @param all each with its points and its file; at least one
 */
record Recordings(List<Recording> all) {
    /** More are not read: they all lie in memory. */
    private static final int MOST = 50;

    /** One of them. */
    record Recording(String name, List<TrackPoint> points, byte[] file) {
        /** Some of its points as trackers send them. */
        List<Map<String, Object>> body(int from, int to) {
            return points.subList(from, to).stream().map(Recording::body).toList();
        }

        private static Map<String, Object> body(TrackPoint point) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("time", point.epochMillis());
            body.put("latitude", point.latitudeDegrees());
            body.put("longitude", point.longitudeDegrees());
            body.put("pressureAltitude", point.pressureAltitude());
            body.put("gnssAltitude", point.gnssAltitude());
            body.put("valid", point.valid());
            return body;
        }
    }

    Recordings {
        all = List.copyOf(all);
    }

    /**
     * Reads a folder.
     *
     * @throws BadInput if it has none, or they can't be read
     */
    static Recordings read(Path folder) {
        List<Recording> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(its -> its.toString().endsWith(".igc"))
                    .sorted()
                    .limit(MOST)
                    .toList()) {
                byte[] bytes = Files.readAllBytes(file);
                String name = file.getFileName().toString().replace(".igc", "");
                Flight flight = IgcParser.parse(name, new ByteArrayInputStream(bytes));
                if (!flight.points().isEmpty()) {
                    all.add(new Recording(name.replaceAll("[^A-Za-z0-9._-]", "-"), flight.points(), bytes));
                }
            }
        } catch (IOException e) {
            throw new BadInput("the flights of " + folder + " cannot be read; name a folder that holds .igc files");
        }
        if (all.isEmpty()) {
            throw new BadInput("no flights in " + folder + "; it should hold files ending in .igc");
        }
        return new Recordings(all);
    }
}
