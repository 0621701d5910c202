package dev.millrace.tools.bench;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.tools.flight.Flight;
import java.time.Duration;
import java.util.List;

/**
 * What a workload measures in: clients at one distance from the server, and what to feed them.
 *
 * @param options lead to the server at that distance
 * @param redis the client that is measured
 * @param direct a second client without added delay, for preparing and for reading back
 * @param roundTrip the delay that is added; zero on plain loopback
 * @param keys where keys come from
 * @param effort how much to do
 * @param flights what is ingested and migrated
 */
record Setting(
        MillraceOptions options,
        Millrace redis,
        Millrace direct,
        Duration roundTrip,
        KeySpace keys,
        Effort effort,
        List<Flight> flights) {

    Setting {
        flights = List.copyOf(flights);
    }

    /** How many round trips one after another fit one run here, at most {@code most}. */
    int roundTrips(int most) {
        return effort.roundTrips(roundTrip, most);
    }

    /** The delay as the report gives it. */
    double roundTripMillis() {
        return roundTrip.toNanos() / 1e6;
    }
}
