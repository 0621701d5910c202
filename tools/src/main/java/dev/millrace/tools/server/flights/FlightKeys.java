package dev.millrace.tools.server.flights;

import java.util.List;

/** The keys of flights. Those of one flight share a hash tag, so that a cluster has them in one slot. Stateless. */
final class FlightKeys {
    /** The newest flights: ZSET, id → when it was last stored, ms. */
    static final String NEWEST = "millrace:flights:newest";

    private FlightKeys() {}

    /** Its points. */
    static String track(String flight) {
        return "millrace:flights:{" + flight + "}:track";
    }

    /** What is counted of it. */
    static String about(String flight) {
        return "millrace:flights:{" + flight + "}:about";
    }

    /** What was wrong with it. */
    static String problems(String flight) {
        return "millrace:flights:{" + flight + "}:problems";
    }

    /** As {@code store.lua} takes them. */
    static Object[] all(String flight) {
        return List.of(track(flight), about(flight), problems(flight)).toArray();
    }
}
