/**
 * Flights: track points of live trackers and whole recordings come in over HTTP, go through a queue, and are stored as tracks that
 * can be read back point for point. Entry: {@link dev.millrace.tools.server.flights.FlightsService}. Uses the queue, the journal
 * of its operations, and the parser of flights.
 */
@NullMarked
package dev.millrace.tools.server.flights;

import org.jspecify.annotations.NullMarked;
