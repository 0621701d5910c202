package dev.millrace.command;

import java.util.Comparator;

/**
 * The id of a stream's entry: a time in milliseconds and a number among the entries of that millisecond. Immutable;
 * ordered as the stream is. Redis counts both without a sign, so what is above {@link Long#MAX_VALUE} is negative here;
 * order and text are right for those too.
 *
 * @param millis milliseconds since the epoch by the server's clock, or whatever the writer chose
 * @param sequence the number among entries of the same millisecond, from 0
 */
public record StreamId(long millis, long sequence) implements Comparable<StreamId> {
    /** The id before all entries, 0-0. */
    public static final StreamId ZERO = new StreamId(0, 0);

    private static final Comparator<StreamId> ORDER = Comparator.comparing(StreamId::millis, Long::compareUnsigned)
            .thenComparing(StreamId::sequence, Long::compareUnsigned);

    static final Decoder<StreamId> DECODER = reply -> reply.nullable(() -> read(reply));

    /**
     * The id in a text such as {@code 1692632086370-0}; the sequence is 0 where there is none.
     *
     * @throws IllegalArgumentException if the text is no id
     */
    public static StreamId parse(String text) {
        int dash = text.indexOf('-');
        try {
            return dash < 0
                    ? new StreamId(Long.parseUnsignedLong(text), 0)
                    : new StreamId(
                            Long.parseUnsignedLong(text.substring(0, dash)),
                            Long.parseUnsignedLong(text.substring(dash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a stream id; write one like 1692632086370-0", e);
        }
    }

    /** The id that comes right after this one. @throws IllegalStateException if this is the last id there can be */
    public StreamId next() {
        if (sequence != -1) {
            return new StreamId(millis, sequence + 1);
        }
        if (millis == -1) {
            throw new IllegalStateException("no stream id comes after " + this);
        }
        return new StreamId(millis + 1, 0);
    }

    static StreamId read(ReplyReader reply) {
        String text = String.valueOf(reply.readText());
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            throw new UnexpectedReply("wanted a stream id, the server answered another text", e);
        }
    }

    @Override
    public int compareTo(StreamId other) {
        return ORDER.compare(this, other);
    }

    /** As Redis writes it, for example {@code 1692632086370-0}. */
    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
    }
}
