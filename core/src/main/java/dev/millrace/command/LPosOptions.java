package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * Where LPOS looks. Immutable: {@code LPosOptions.ofDefaults().fromMatch(-1)}.
 *
 * @param rank which match to begin with: 1, the default, is the first from the head, -1 the first from the tail; not 0
 * @param maxLength how many elements to look at, 0 or more, 0 for all; null, the default, for all
 */
public record LPosOptions(long rank, @Nullable Long maxLength) {
    private static final LPosOptions DEFAULTS = new LPosOptions(1, null);

    /** @throws IllegalArgumentException if the rank is 0 or the maximum length is negative */
    public LPosOptions {
        if (rank == 0) {
            throw new IllegalArgumentException("LPOS counts matches from 1, or from -1 backwards; the rank is not 0");
        }
        if (maxLength != null && maxLength < 0) {
            throw new IllegalArgumentException("LPOS looks at 0 (all) or more elements, not " + maxLength);
        }
    }

    /** From the first match, through the whole list. */
    public static LPosOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options, beginning with this match. @throws IllegalArgumentException if it is 0 */
    public LPosOptions fromMatch(long number) {
        return new LPosOptions(number, maxLength);
    }

    /** The same options, looking at this many elements only. @throws IllegalArgumentException if it is negative */
    public LPosOptions comparingAtMost(long elements) {
        return new LPosOptions(rank, elements);
    }

    void addTo(Arguments arguments) {
        if (rank != 1) {
            arguments.add("RANK").add(rank);
        }
        if (maxLength != null) {
            arguments.add("MAXLEN").add(maxLength);
        }
    }
}
