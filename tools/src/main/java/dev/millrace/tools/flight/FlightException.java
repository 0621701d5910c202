package dev.millrace.tools.flight;

/** Flights cannot be had at all: no folder, no flights in it, a file that cannot be read. The message is one line. */
public final class FlightException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FlightException(String message) {
        super(message);
    }
}
