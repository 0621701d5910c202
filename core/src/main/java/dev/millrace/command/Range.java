package dev.millrace.command;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of an order: of scores, of members by their bytes, or of stream ids. Either end may be included, excluded or
 * open. Immutable. Redis decides what is inside: a range whose ends are the wrong way round holds nothing.
 *
 * @param from the lower end; null, where there is none
 * @param fromIncluded whether the lower end itself is in the range; true where there is none
 * @param to the upper end; null, where there is none
 * @param toIncluded whether the upper end itself is in the range; true where there is none
 * @param <T> {@link Double} for scores, {@link String} or {@code byte[]} for members, {@link StreamId} for streams
 */
public record Range<T>(
        @Nullable T from, boolean fromIncluded, @Nullable T to, boolean toIncluded) {
    /** @throws IllegalArgumentException if an end is NaN, or one that is not there is excluded */
    public Range {
        if ((from instanceof Double low && low.isNaN()) || (to instanceof Double high && high.isNaN())) {
            throw new IllegalArgumentException("a range ends at NaN, which Redis does not take");
        }
        if ((from == null && !fromIncluded) || (to == null && !toIncluded)) {
            throw new IllegalArgumentException("a range excludes an end that it does not have");
        }
    }

    /** Everything. */
    public static <T> Range<T> all() {
        return new Range<>(null, true, null, true);
    }

    /** From one to the other, both included. */
    public static <T> Range<T> closed(T from, T to) {
        return new Range<>(Objects.requireNonNull(from), true, Objects.requireNonNull(to), true);
    }

    /** What lies between the two, neither included. */
    public static <T> Range<T> open(T from, T to) {
        return new Range<>(Objects.requireNonNull(from), false, Objects.requireNonNull(to), false);
    }

    /** From the first, included, to the second, excluded. */
    public static <T> Range<T> closedOpen(T from, T to) {
        return new Range<>(Objects.requireNonNull(from), true, Objects.requireNonNull(to), false);
    }

    /** From the first, excluded, to the second, included. */
    public static <T> Range<T> openClosed(T from, T to) {
        return new Range<>(Objects.requireNonNull(from), false, Objects.requireNonNull(to), true);
    }

    /** From this on, itself included. */
    public static <T> Range<T> atLeast(T from) {
        return new Range<>(Objects.requireNonNull(from), true, null, true);
    }

    /** What comes after this. */
    public static <T> Range<T> greaterThan(T from) {
        return new Range<>(Objects.requireNonNull(from), false, null, true);
    }

    /** Up to this, itself included. */
    public static <T> Range<T> atMost(T to) {
        return new Range<>(null, true, Objects.requireNonNull(to), true);
    }

    /** What comes before this. */
    public static <T> Range<T> lessThan(T to) {
        return new Range<>(null, true, Objects.requireNonNull(to), false);
    }
}
