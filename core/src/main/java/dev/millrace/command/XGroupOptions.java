package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * How XGROUP CREATE makes a group. Immutable.
 *
 * @param makesStream whether an empty stream is made where there is none (MKSTREAM), instead of an error; false by
 *     default
 * @param entriesRead how many entries the group counts as read, for its lag, at least 0; null, the default, leaves it
 *     to the server. From Redis 7
 */
public record XGroupOptions(boolean makesStream, @Nullable Long entriesRead) {
    private static final XGroupOptions DEFAULTS = new XGroupOptions(false, null);

    /** @throws IllegalArgumentException if the entries read are negative */
    public XGroupOptions {
        if (entriesRead != null && entriesRead < 0) {
            throw new IllegalArgumentException("a group has read at least 0 entries, not " + entriesRead);
        }
    }

    /** A group of a stream that exists. */
    public static XGroupOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options, making an empty stream where there is none. */
    public XGroupOptions makingStream() {
        return new XGroupOptions(true, entriesRead);
    }

    /** The same options, counting this many entries as read. @throws IllegalArgumentException if it is negative */
    public XGroupOptions withEntriesRead(long entries) {
        return new XGroupOptions(makesStream, entries);
    }

    void addTo(Arguments arguments) {
        if (makesStream) {
            arguments.add("MKSTREAM");
        }
        if (entriesRead != null) {
            arguments.add("ENTRIESREAD").add(entriesRead);
        }
    }
}
