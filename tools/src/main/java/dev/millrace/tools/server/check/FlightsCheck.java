package dev.millrace.tools.server.check;

import dev.millrace.tools.flight.Flight;
import dev.millrace.tools.flight.FlightFolder;
import dev.millrace.tools.flight.TrackPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The flights of a folder, each uploaded as the file it is, read back, and compared fix for fix with what the file holds. Lines
 * that are no fixes are left out on both sides.
 */
record FlightsCheck(Site site, Path folder) {
    Finding run() throws Exception {
        List<Flight> flights = FlightFolder.read(folder);
        List<Path> files = FlightFolder.files(folder);
        int equal = 0;
        long fixes = 0;
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < flights.size(); i++) {
            Flight flight = flights.get(i);
            String id = "folder-" + System.currentTimeMillis() + "-" + i;
            Site.Answer answer = site.post(
                    "/api/v2/uploads/process?keep=good&flight=" + id,
                    "application/octet-stream",
                    Files.readAllBytes(files.get(i)));
            boolean empty = flight.points().isEmpty();
            boolean right = empty
                    ? answer.status() == 422
                    : answer.isFine() && differs(site.points(id, flight.points().size()), flight.points()) < 0;
            fixes += flight.points().size();
            equal += right ? 1 : 0;
            if (!right) {
                wrong.add(flight.name());
            }
        }
        return new Finding(
                "flights",
                wrong.isEmpty(),
                String.format(
                        Locale.ROOT,
                        "%d flights of %s with %,d fixes: %d read back equal, fix for fix%s",
                        flights.size(),
                        folder,
                        fixes,
                        equal,
                        wrong.isEmpty() ? "" : "; not " + String.join(", ", wrong)),
                Map.of("flights", flights.size(), "fixes", fixes, "equal", equal, "wrong", wrong));
    }

    /** Where they differ first; -1 if they do not. */
    private static int differs(List<TrackPoint> stored, List<TrackPoint> sent) {
        for (int i = 0; i < Math.max(stored.size(), sent.size()); i++) {
            if (i >= stored.size() || i >= sent.size() || !stored.get(i).equals(sent.get(i))) {
                return i;
            }
        }
        return -1;
    }
}
