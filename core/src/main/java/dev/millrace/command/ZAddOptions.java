package dev.millrace.command;

/**
 * When ZADD writes, and what it counts. Immutable: {@code ZAddOptions.ofDefaults().ifPresent().ifGreater()}.
 *
 * @param existence whether the member must be there or must not; {@link Existence#ANY} by default
 * @param comparison how the new score must compare with the old one, where there is one; {@link Comparison#ANY} by
 *     default
 * @param countsChanges whether what is answered counts members whose score changed beside those that are new (CH);
 *     false by default
 */
public record ZAddOptions(Existence existence, Comparison comparison, boolean countsChanges) {
    private static final ZAddOptions DEFAULTS = new ZAddOptions(Existence.ANY, Comparison.ANY, false);

    /** How the new score must compare with the old one. A member that is new is added in any case. */
    public enum Comparison {
        /** In any way; the default. */
        ANY,
        /** The new score must be greater (GT). */
        GREATER,
        /** The new score must be less (LT). */
        LESS
    }

    /** @throws IllegalArgumentException if scores are to be compared with those of members that must be new */
    public ZAddOptions {
        if (existence == Existence.ABSENT && comparison != Comparison.ANY) {
            throw new IllegalArgumentException(
                    "ZADD can't compare with the score of a member that must be new; leave one of the two out");
        }
    }

    /** Adds what is new, sets the score of what is there, and counts what is new. */
    public static ZAddOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options, only adding members and leaving those that are there (NX). */
    public ZAddOptions ifAbsent() {
        return new ZAddOptions(Existence.ABSENT, comparison, countsChanges);
    }

    /** The same options, only setting scores of members that are there (XX). */
    public ZAddOptions ifPresent() {
        return new ZAddOptions(Existence.PRESENT, comparison, countsChanges);
    }

    /** The same options, only raising scores (GT). */
    public ZAddOptions ifGreater() {
        return new ZAddOptions(existence, Comparison.GREATER, countsChanges);
    }

    /** The same options, only lowering scores (LT). */
    public ZAddOptions ifLess() {
        return new ZAddOptions(existence, Comparison.LESS, countsChanges);
    }

    /** The same options, counting members whose score changed beside those that are new (CH). */
    public ZAddOptions countingChanges() {
        return new ZAddOptions(existence, comparison, true);
    }

    void addTo(Arguments arguments) {
        existence.addTo(arguments);
        switch (comparison) {
            case ANY -> {}
            case GREATER -> arguments.add("GT");
            case LESS -> arguments.add("LT");
        }
        if (countsChanges) {
            arguments.add("CH");
        }
    }
}
