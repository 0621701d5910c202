package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * Which id XADD gives an entry, and what becomes of the stream. Immutable:
 * {@code XAddOptions.ofDefaults().trimming(StreamTrim.maxLength(10_000).approximately())}.
 *
 * @param id the entry's id as Redis writes it; {@code *}, the default, lets the server choose, and {@code 5-*} lets it
 *     choose the sequence
 * @param onlyExisting whether nothing is added where the stream does not exist (NOMKSTREAM); false by default
 * @param trim how far the stream is cut back in the same step; null, the default, for not at all
 */
public record XAddOptions(
        String id, boolean onlyExisting, @Nullable StreamTrim trim) {
    private static final XAddOptions DEFAULTS = new XAddOptions("*", false, null);

    /** @throws IllegalArgumentException if the id is none */
    public XAddOptions {
        if (!id.equals("*")) {
            StreamId.parse(id.endsWith("-*") ? id.substring(0, id.length() - 2) : id);
        }
    }

    /** An id of the server's, a stream that is made where there is none, nothing cut. */
    public static XAddOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options with this id, which must come after those of the stream; the server refuses it otherwise. */
    public XAddOptions withId(StreamId chosen) {
        return new XAddOptions(chosen.toString(), onlyExisting, trim);
    }

    /** The same options with this time and a sequence of the server's. From Redis 7. */
    public XAddOptions withMillis(long millis) {
        return new XAddOptions(Long.toUnsignedString(millis) + "-*", onlyExisting, trim);
    }

    /** The same options, adding nothing where the stream does not exist (NOMKSTREAM). */
    public XAddOptions ifPresent() {
        return new XAddOptions(id, true, trim);
    }

    /** The same options, cutting the stream back in the same step. */
    public XAddOptions trimming(StreamTrim cut) {
        return new XAddOptions(id, onlyExisting, cut);
    }

    void addTo(Arguments arguments) {
        if (onlyExisting) {
            arguments.add("NOMKSTREAM");
        }
        if (trim != null) {
            trim.addTo(arguments);
        }
        arguments.add(id);
    }
}
