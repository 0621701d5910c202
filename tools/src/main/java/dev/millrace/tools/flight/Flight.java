package dev.millrace.tools.flight;

import java.util.List;

/**
 * A flight as it was recorded. Immutable.
 *
 * @param name file name without its ending
 * @param points every readable fix, in the order of the file
 * @param problems lines that could not be read
 */
public record Flight(String name, List<TrackPoint> points, Problems problems) {

    public Flight {
        points = List.copyOf(points);
    }
}
