package dev.millrace.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much XREADGROUP answers, whether it waits, and whether entries are to be acknowledged. Immutable.
 *
 * @param count how many entries of each stream at most, at least 1; null, the default, for all
 * @param block how long to wait where there is no new entry; zero waits without limit. Null, the default, does not
 *     wait. A command that waits runs on a connection of its own
 * @param acknowledged whether entries count as acknowledged as soon as they are read (NOACK), so that they are lost
 *     with a consumer that dies; false by default
 */
public record XReadGroupOptions(
        @Nullable Long count, @Nullable Duration block, boolean acknowledged) {
    private static final XReadGroupOptions DEFAULTS = new XReadGroupOptions(null, null, false);

    /** @throws IllegalArgumentException if the count is below 1 or the time to wait negative */
    public XReadGroupOptions {
        XReadOptions.check("XREADGROUP", count, block);
    }

    /** All entries, without waiting, to be acknowledged by XACK. */
    public static XReadGroupOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options with at most this many entries of each stream. */
    public XReadGroupOptions counting(long entries) {
        return new XReadGroupOptions(entries, block, acknowledged);
    }

    /** The same options, waiting this long where there is no new entry. */
    public XReadGroupOptions blocking(Duration longest) {
        return new XReadGroupOptions(count, longest, acknowledged);
    }

    /** The same options, entries being acknowledged by being read. */
    public XReadGroupOptions acknowledging() {
        return new XReadGroupOptions(count, block, true);
    }

    void addTo(Arguments arguments) {
        XReadOptions.add(arguments, count, block);
        if (acknowledged) {
            arguments.add("NOACK");
        }
    }
}
