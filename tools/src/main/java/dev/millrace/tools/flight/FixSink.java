package dev.millrace.tools.flight;

/** Hears of the lines of a flight while it is read, in their order. */
public interface FixSink {
    /**
     * A fix.
     *
     * @param line its number, from 1
     */
    void fix(long line, TrackPoint point);

    /**
     * A line that could not be read.
     *
     * @param line its number, from 1
     * @param message what is wrong; never quotes the file
     */
    void problem(long line, String message);
}
