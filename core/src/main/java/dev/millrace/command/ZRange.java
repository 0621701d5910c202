package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * Which members of a sorted set are meant, and in which order: by rank, by score, or by their bytes. Immutable:
 * {@code ZRange.byScore(Range.atLeast(10.0)).reversed().limited(Limit.first(3))}.
 */
public final class ZRange {
    private final @Nullable String by;
    private final Object low;
    private final Object high;
    private final boolean reversed;
    private final @Nullable Limit limit;

    private ZRange(@Nullable String by, Object low, Object high, boolean reversed, @Nullable Limit limit) {
        this.by = by;
        this.low = low;
        this.high = high;
        this.reversed = reversed;
        this.limit = limit;
    }

    /**
     * By rank, from the lowest score on: 0 is the first member, -1 the last one, both ends are included. Reversed, 0 is
     * the member with the highest score.
     */
    public static ZRange byRank(long start, long stop) {
        return new ZRange(null, Long.toString(start), Long.toString(stop), false, null);
    }

    /** By score, from the lowest on; members of the same score in the order of their bytes. */
    public static ZRange byScore(Range<Double> scores) {
        return new ZRange("BYSCORE", Bounds.lowScore(scores), Bounds.highScore(scores), false, null);
    }

    /** By the members' bytes, in a set whose members all have the same score; undefined in others. */
    public static ZRange byLex(Range<String> members) {
        return new ZRange("BYLEX", Bounds.lowMember(members), Bounds.highMember(members), false, null);
    }

    /** By the members' bytes, in a set whose members all have the same score; undefined in others. */
    public static ZRange byLexBytes(Range<byte[]> members) {
        return new ZRange("BYLEX", Bounds.lowMember(members), Bounds.highMember(members), false, null);
    }

    /** The same range, from its other end on (REV). */
    public ZRange reversed() {
        return new ZRange(by, low, high, !reversed, limit);
    }

    /**
     * A part of the range, counted in its order.
     *
     * @throws IllegalArgumentException if this is a range by rank, which is limited by its ends
     */
    public ZRange limited(Limit part) {
        if (by == null) {
            throw new IllegalArgumentException("a range by rank takes no limit; choose its ends instead");
        }
        return new ZRange(by, low, high, reversed, part);
    }

    void addTo(Arguments arguments) {
        // By score and by lex, REV wants the upper end first; by rank it counts from the other side instead.
        boolean swapped = reversed && by != null;
        arguments.addRaw(swapped ? high : low).addRaw(swapped ? low : high);
        if (by != null) {
            arguments.add(by);
        }
        if (reversed) {
            arguments.add("REV");
        }
        if (limit != null) {
            limit.addTo(arguments);
        }
    }

    /** By what it chooses, not what: members are values, which have no place in a log. */
    @Override
    public String toString() {
        return "ZRange[" + (by == null ? "BYRANK" : by) + (reversed ? " REV" : "") + (limit == null ? "" : " LIMIT")
                + "]";
    }
}
