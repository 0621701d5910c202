package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/** The ends of a {@link Range} in the three notations that Redis has for them. */
final class Bounds {
    private Bounds() {}

    /** {@code 1.5}, {@code (1.5}, {@code -inf}. */
    static String lowScore(Range<Double> range) {
        Double from = range.from();
        return from == null ? "-inf" : score(from, range.fromIncluded());
    }

    /** {@code 1.5}, {@code (1.5}, {@code inf}. */
    static String highScore(Range<Double> range) {
        Double to = range.to();
        return to == null ? "inf" : score(to, range.toIncluded());
    }

    private static String score(double score, boolean included) {
        return included ? Arguments.text(score) : "(" + Arguments.text(score);
    }

    /** {@code [a}, {@code (a}, {@code -}; bytes where the range is of bytes. */
    static Object lowMember(Range<?> range) {
        return member(range.from(), range.fromIncluded(), "-");
    }

    /** {@code [a}, {@code (a}, {@code +}; bytes where the range is of bytes. */
    static Object highMember(Range<?> range) {
        return member(range.to(), range.toIncluded(), "+");
    }

    private static Object member(@Nullable Object end, boolean included, String open) {
        if (end == null) {
            return open;
        }
        if (end instanceof byte[] bytes) {
            byte[] bound = new byte[bytes.length + 1];
            bound[0] = (byte) (included ? '[' : '(');
            System.arraycopy(bytes, 0, bound, 1, bytes.length);
            return bound;
        }
        return (included ? "[" : "(") + end;
    }

    /** {@code 5-0}, {@code (5-0}, {@code -}. */
    static String lowId(Range<StreamId> range) {
        StreamId from = range.from();
        return from == null ? "-" : (range.fromIncluded() ? "" : "(") + from;
    }

    /** {@code 5-0}, {@code (5-0}, {@code +}. */
    static String highId(Range<StreamId> range) {
        StreamId to = range.to();
        return to == null ? "+" : (range.toIncluded() ? "" : "(") + to;
    }
}
