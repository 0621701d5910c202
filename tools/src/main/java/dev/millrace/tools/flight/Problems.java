package dev.millrace.tools.flight;

import java.util.List;

/**
 * The lines of a file that could not be read. All are counted; the first {@value #KEPT} are kept. Immutable.
 *
 * @param count lines in all
 * @param first the first of them, in the order of the file
 */
public record Problems(long count, List<Problem> first) {
    /** How many problems of one file are kept; a file that is no flight at all has one in every line. */
    public static final int KEPT = 100;

    /** Nothing wrong. */
    public static final Problems NONE = new Problems(0, List.of());

    public Problems {
        first = List.copyOf(first);
        if (count < first.size()) {
            throw new IllegalArgumentException("count " + count + " is less than the problems kept: " + first.size());
        }
    }

    /**
     * One line that could not be read.
     *
     * @param line its number, from 1
     * @param message what is wrong; never quotes the file, whose text may name people
     */
    public record Problem(long line, String message) {}
}
