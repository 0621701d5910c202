package dev.millrace.command;

/**
 * Which part of what a range holds is answered. Immutable.
 *
 * @param offset how many elements are passed over first, at least 0. The server walks over them, so a large offset is
 *     slow
 * @param count how many elements are answered at most, at least 0; or -1 for all that are left
 */
public record Limit(long offset, long count) {
    /** @throws IllegalArgumentException if the offset is negative or the count below -1 */
    public Limit {
        if (offset < 0) {
            throw new IllegalArgumentException("a limit's offset is at least 0, not " + offset);
        }
        if (count < -1) {
            throw new IllegalArgumentException("a limit's count is at least 0, or -1 for all, not " + count);
        }
    }

    /** The first {@code count} elements. */
    public static Limit first(long count) {
        return new Limit(0, count);
    }

    void addTo(Arguments arguments) {
        arguments.add("LIMIT").add(offset).add(count);
    }
}
