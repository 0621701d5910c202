package dev.millrace.storage;

import java.time.Duration;
import java.util.Objects;

/**
 * How a {@link Storage} works. Immutable: {@code StorageOptions.ofDefaults().within(Duration.ofMillis(500))}.
 *
 * @param prefix what all keys begin with; {@code millrace:room:} by default
 * @param within how long one call may take, whatever Redis does; 1 s by default
 * @param memory how long memory answers for what it has read, at the most; 60 s by default. What changes is dropped at once
 * @param maxEntries how many keys memory holds, at the most; 10,000 by default
 */
public record StorageOptions(String prefix, Duration within, Duration memory, long maxEntries) {
    private static final StorageOptions DEFAULTS =
            new StorageOptions("millrace:room:", Duration.ofSeconds(1), Duration.ofSeconds(60), 10_000);

    /**
     * @throws IllegalArgumentException if the prefix is empty or has a brace, which would decide the slot of every key; if a
     *     time is below 1 ms; or if there is no room for an entry
     */
    public StorageOptions {
        Objects.requireNonNull(prefix);
        if (prefix.isEmpty() || prefix.contains("{") || prefix.contains("}")) {
            throw new IllegalArgumentException("a prefix of keys is not empty and has no braces: '" + prefix + "'");
        }
        checkedTime("the time for a call", within);
        checkedTime("the time in memory", memory);
        if (maxEntries < 1) {
            throw new IllegalArgumentException("memory holds at least one entry, not " + maxEntries);
        }
    }

    private static void checkedTime(String what, Duration time) {
        if (time.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(what + " is at least 1 ms, not " + time);
        }
    }

    /** The defaults. */
    public static StorageOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same with another prefix. */
    public StorageOptions prefix(String other) {
        return new StorageOptions(other, within, memory, maxEntries);
    }

    /** The same with another limit on the time of a call. */
    public StorageOptions within(Duration other) {
        return new StorageOptions(prefix, other, memory, maxEntries);
    }

    /** The same with another time in memory. */
    public StorageOptions memory(Duration other) {
        return new StorageOptions(prefix, within, other, maxEntries);
    }

    /** The same with room for so many entries in memory. */
    public StorageOptions maxEntries(long other) {
        return new StorageOptions(prefix, within, memory, other);
    }
}
