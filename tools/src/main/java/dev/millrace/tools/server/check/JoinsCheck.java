package dev.millrace.tools.server.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Users who join a new room at the same moment, room after room, and are shown it with its plugins. Round trips are those of the
 * whole server meanwhile, its other services' included; the median of the rooms.
 */
record JoinsCheck(Site site, int users, int rounds) {
    Finding run() throws Exception {
        Histogram nanos = new ConcurrentHistogram(3);
        Histogram warmUp = new ConcurrentHistogram(3);
        List<Long> trips = new ArrayList<>();
        int fine = 0;
        long unique = System.currentTimeMillis();
        for (int round = 0; round <= rounds; round++) {
            String room = "check-" + unique + "-" + round;
            Site.Answer made = post("/api/rooms", "{\"room\":\"" + room + "\"}");
            if (!made.isFine()) {
                return new Finding("joins", false, "a room can't be made: status " + made.status(), Map.of());
            }
            long before = site.trips();
            fine += Storm.of(joins(room), round == 0 ? warmUp : nanos);
            long after = site.trips();
            if (round > 0) {
                trips.add(after - before);
            }
        }
        Collections.sort(trips);
        long median = trips.get(trips.size() / 2);
        int expected = users * (rounds + 1);
        double p50 = nanos.getValueAtPercentile(50) / 1e6;
        double p99 = nanos.getValueAtPercentile(99) / 1e6;
        return new Finding(
                "joins",
                fine == expected,
                String.format(
                        Locale.ROOT,
                        "%d rooms joined by %d users at once: %d of %d shown; %d round trips to Redis a room (%d to %d);"
                                + " p50 %.0f ms, p99 %.0f ms",
                        rounds + 1,
                        users,
                        fine,
                        expected,
                        median,
                        trips.getFirst(),
                        trips.getLast(),
                        p50,
                        p99),
                Map.of(
                        "joins", expected,
                        "shown", fine,
                        "round_trips", median,
                        "p50_millis", p50,
                        "p99_millis", p99));
    }

    private List<Storm.Request> joins(String room) {
        List<Storm.Request> joins = new ArrayList<>();
        for (int i = 0; i < users; i++) {
            String body = "{\"listener\":\"user " + i + "\"}";
            joins.add(() -> post("/api/rooms/" + room + "/listeners", body));
        }
        return joins;
    }

    private Site.Answer post(String path, String json) throws InterruptedException {
        return site.post(path, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }
}
