/**
 * Flights as recorded by trackers: the IGC format read into track points, and the points' compact encodings.
 *
 * <p>Entry: {@link dev.millrace.tools.flight.FlightFolder} for a folder of flights,
 * {@link dev.millrace.tools.flight.IgcParser} for one. Uses nothing but the JDK.
 */
@NullMarked
package dev.millrace.tools.flight;

import org.jspecify.annotations.NullMarked;
