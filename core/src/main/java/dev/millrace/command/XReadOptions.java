package dev.millrace.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much XREAD answers and whether it waits. Immutable.
 *
 * @param count how many entries of each stream at most, at least 1; null, the default, for all
 * @param block how long to wait where no stream has any; zero waits without limit, and anything else at least 1 ms, for
 *     fractions of a millisecond are dropped. Null, the default, does not wait. A command that waits runs on a
 *     connection of its own
 */
public record XReadOptions(@Nullable Long count, @Nullable Duration block) {
    private static final XReadOptions DEFAULTS = new XReadOptions(null, null);

    /** @throws IllegalArgumentException if the count is below 1 or the time to wait negative */
    public XReadOptions {
        check("XREAD", count, block);
    }

    /** All entries, without waiting. */
    public static XReadOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options with at most this many entries of each stream. */
    public XReadOptions counting(long entries) {
        return new XReadOptions(entries, block);
    }

    /** The same options, waiting this long where there is no entry. */
    public XReadOptions blocking(Duration longest) {
        return new XReadOptions(count, longest);
    }

    void addTo(Arguments arguments) {
        add(arguments, count, block);
    }

    static void check(String command, @Nullable Long count, @Nullable Duration block) {
        if (count != null && count < 1) {
            throw new IllegalArgumentException(command + " takes a count of at least 1, not " + count);
        }
        if (block != null && block.isNegative()) {
            throw new IllegalArgumentException(
                    command + " can't wait for " + block + "; zero waits without limit, null not at all");
        }
    }

    static void add(Arguments arguments, @Nullable Long count, @Nullable Duration block) {
        if (count != null) {
            arguments.add("COUNT").add(count);
        }
        if (block != null) {
            // Zero is "without limit" to the server, so a fraction must not become one.
            arguments.add("BLOCK").add(block.isZero() ? 0 : Math.max(1, Milliseconds.of(block)));
        }
    }
}
