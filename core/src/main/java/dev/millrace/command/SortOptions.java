package dev.millrace.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How SORT orders and what it answers. Immutable: {@code SortOptions.ofDefaults().alphabetically().largestFirst()}.
 *
 * @param by a pattern of the keys that hold what to sort by, {@code *} standing for the element
 *     ({@code "weight_*"}, {@code "object_*->field"}), or any name without {@code *} for no sorting; null, the
 *     default, sorts by the elements themselves
 * @param offset how many elements to leave out at the beginning, 0 or more; 0 by default
 * @param count how many to answer at most, 0 or more; null, the default, for all
 * @param get patterns of the keys to answer for each element, {@code "#"} for the element itself; empty, the default,
 *     for the element itself
 * @param descending whether the largest comes first; false by default
 * @param alphabetical whether the elements are compared as text and not as numbers; false by default
 */
public record SortOptions(
        @Nullable String by,
        long offset,
        @Nullable Long count,
        List<String> get,
        boolean descending,
        boolean alphabetical) {
    private static final SortOptions DEFAULTS = new SortOptions(null, 0, null, List.of(), false, false);

    /** @throws IllegalArgumentException if the offset or the count is negative */
    public SortOptions {
        if (offset < 0 || (count != null && count < 0)) {
            throw new IllegalArgumentException(
                    "SORT's offset and count are 0 or more, not " + offset + " and " + count);
        }
        get = List.copyOf(get);
    }

    /** All elements, compared as numbers, the smallest first. */
    public static SortOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options, sorting by the keys of this pattern. */
    public SortOptions by(String pattern) {
        return new SortOptions(pattern, offset, count, get, descending, alphabetical);
    }

    /** The same options for a part of the result. @throws IllegalArgumentException if either is negative */
    public SortOptions limit(long from, long most) {
        return new SortOptions(by, from, most, get, descending, alphabetical);
    }

    /** The same options, answering the key of this pattern too. */
    public SortOptions getting(String pattern) {
        List<String> patterns = new ArrayList<>(get);
        patterns.add(pattern);
        return new SortOptions(by, offset, count, patterns, descending, alphabetical);
    }

    /** The same options with the largest first. */
    public SortOptions largestFirst() {
        return new SortOptions(by, offset, count, get, true, alphabetical);
    }

    /** The same options, comparing as text. */
    public SortOptions alphabetically() {
        return new SortOptions(by, offset, count, get, descending, true);
    }

    void addTo(Arguments arguments) {
        if (by != null) {
            arguments.add("BY").add(by);
        }
        if (offset > 0 || count != null) {
            arguments.add("LIMIT").add(offset).add(count == null ? -1 : count);
        }
        for (String pattern : get) {
            arguments.add("GET").add(pattern);
        }
        if (descending) {
            arguments.add("DESC");
        }
        if (alphabetical) {
            arguments.add("ALPHA");
        }
    }
}
