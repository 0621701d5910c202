package dev.millrace.state;

import dev.millrace.cache.codec.Codec;
import dev.millrace.command.EscapedName;
import java.time.Duration;
import java.util.Objects;

/**
 * How HTTP sessions are kept. All processes that share sessions should use the same. Immutable.
 *
 * @param name the store's, 1 to 512 bytes of UTF-8, of any characters: no name reaches another store's keys
 * @param codec of the attributes' values
 * @param idle how long a session lives after it was last loaded or saved, unless it has a time of its own; 30 minutes by default, a
 *     second to a year
 * @param window how long a session that was loaded is answered from this process's memory; what another process has changed is
 *     seen that much later, and idle times are right to that much. Zero, the default, reads it each time, in one trip that brings
 *     nothing if nothing has changed. Up to a quarter of the idle time
 * @param mostInMemory sessions that are kept in memory; 10,000 by default. The least used make room
 * @param prefix what all keys begin with; {@code millrace:session:} by default
 * @param <T> the type of the attributes' values
 */
public record SessionOptions<T>(
        String name, Codec<T> codec, Duration idle, Duration window, int mostInMemory, String prefix) {
    /** @throws IllegalArgumentException if one is out of its range */
    public SessionOptions {
        EscapedName.of("a session store", name);
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(prefix, "prefix");
        checkIdle(idle);
        if (window.isNegative() || window.compareTo(idle.dividedBy(4)) > 0) {
            throw new IllegalArgumentException(
                    "a window of " + window + ": must be from zero to a quarter of the idle time of " + idle);
        }
        if (mostInMemory < 1) {
            throw new IllegalArgumentException(
                    "a number of sessions in memory of " + mostInMemory + ": must be at least 1");
        }
    }

    static void checkIdle(Duration idle) {
        if (idle.compareTo(Duration.ofSeconds(1)) < 0 || idle.compareTo(Duration.ofDays(366)) > 0) {
            throw new IllegalArgumentException("an idle time of " + idle + ": must be from a second to a year");
        }
    }

    /** Sessions whose attributes are texts, with the defaults. */
    public static SessionOptions<String> ofStrings(String name) {
        return of(name, Codec.strings());
    }

    /** Sessions whose attributes are of one type, by this codec, with the defaults. */
    public static <T> SessionOptions<T> of(String name, Codec<T> codec) {
        return new SessionOptions<>(name, codec, Duration.ofMinutes(30), Duration.ZERO, 10_000, "millrace:session:");
    }

    /** The same with this idle time. */
    public SessionOptions<T> withIdle(Duration time) {
        return new SessionOptions<>(name, codec, time, window, mostInMemory, prefix);
    }

    /** The same with this window. */
    public SessionOptions<T> withWindow(Duration time) {
        return new SessionOptions<>(name, codec, idle, time, mostInMemory, prefix);
    }

    /** The same with this prefix. */
    public SessionOptions<T> withPrefix(String all) {
        return new SessionOptions<>(name, codec, idle, window, mostInMemory, all);
    }
}
