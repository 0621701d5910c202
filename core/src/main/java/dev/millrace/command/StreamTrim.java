package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * How far a stream is cut back at its old end. Immutable: {@code StreamTrim.maxLength(10_000).approximately()}.
 *
 * @param maxLength how many entries are kept, at least 0; null where {@code minId} decides
 * @param minId the oldest id that is kept; null where {@code maxLength} decides
 * @param approximate whether the server may keep some more where that is much cheaper ({@code ~}); false by default
 * @param limit how many entries are looked at, at most, when cutting approximately; 0 is no limit, null, the default,
 *     leaves it to the server
 */
public record StreamTrim(
        @Nullable Long maxLength,
        @Nullable StreamId minId,
        boolean approximate,
        @Nullable Long limit) {
    /**
     * @throws IllegalArgumentException if not exactly one of length and id is given, a number is negative, or an exact
     * cut is limited
     */
    public StreamTrim {
        if ((maxLength == null) == (minId == null)) {
            throw new IllegalArgumentException("a stream is cut by its length or by an id; give one of the two");
        }
        if (maxLength != null && maxLength < 0) {
            throw new IllegalArgumentException("a stream keeps at least 0 entries, not " + maxLength);
        }
        if (limit != null && (limit < 0 || !approximate)) {
            throw new IllegalArgumentException(
                    limit < 0
                            ? "a limit is at least 0, not " + limit
                            : "only an approximate cut can be limited; add approximately()");
        }
    }

    /** Keeps this many of the newest entries. @throws IllegalArgumentException if it is negative */
    public static StreamTrim maxLength(long entries) {
        return new StreamTrim(entries, null, false, null);
    }

    /** Keeps what is not older than this id. */
    public static StreamTrim minId(StreamId oldest) {
        return new StreamTrim(null, oldest, false, null);
    }

    /** The same cut, the server keeping some entries more where that is much cheaper ({@code ~}). */
    public StreamTrim approximately() {
        return new StreamTrim(maxLength, minId, true, limit);
    }

    /**
     * The same cut, looking at this many entries at most.
     *
     * @throws IllegalArgumentException if it is negative or the cut is exact
     */
    public StreamTrim limited(long entries) {
        return new StreamTrim(maxLength, minId, approximate, entries);
    }

    void addTo(Arguments arguments) {
        arguments.add(maxLength != null ? "MAXLEN" : "MINID");
        if (approximate) {
            arguments.add("~");
        }
        arguments.add(maxLength != null ? maxLength.toString() : String.valueOf(minId));
        if (limit != null) {
            arguments.add("LIMIT").add(limit);
        }
    }
}
