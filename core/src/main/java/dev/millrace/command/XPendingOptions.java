package dev.millrace.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which of a group's pending entries XPENDING lists. Immutable:
 * {@code XPendingOptions.first(100).idleAtLeast(Duration.ofMinutes(1))}.
 *
 * @param range which ids; {@link Range#all()} by default
 * @param count how many entries at most, at least 1
 * @param consumer only those of this consumer; null, the default, for all
 * @param minIdle only those that were not delivered for so long; null, the default, for all
 */
public record XPendingOptions(
        Range<StreamId> range,
        long count,
        @Nullable String consumer,
        @Nullable Duration minIdle) {
    /** @throws IllegalArgumentException if the count is below 1 or the idle time negative */
    public XPendingOptions {
        if (count < 1) {
            throw new IllegalArgumentException("XPENDING takes a count of at least 1, not " + count);
        }
        if (minIdle != null && minIdle.isNegative()) {
            throw new IllegalArgumentException("an idle time is not negative: " + minIdle);
        }
    }

    /** The first {@code count} pending entries. @throws IllegalArgumentException if it is below 1 */
    public static XPendingOptions first(long count) {
        return new XPendingOptions(Range.all(), count, null, null);
    }

    /** The same options for ids in this range. */
    public XPendingOptions within(Range<StreamId> ids) {
        return new XPendingOptions(ids, count, consumer, minIdle);
    }

    /** The same options for entries of this consumer. */
    public XPendingOptions of(String consumerName) {
        return new XPendingOptions(range, count, consumerName, minIdle);
    }

    /** The same options for entries not delivered for so long. @throws IllegalArgumentException if it is negative */
    public XPendingOptions idleAtLeast(Duration time) {
        return new XPendingOptions(range, count, consumer, time);
    }

    void addTo(Arguments arguments) {
        if (minIdle != null) {
            arguments.add("IDLE").add(Milliseconds.of(minIdle));
        }
        arguments.add(Bounds.lowId(range)).add(Bounds.highId(range)).add(count);
        if (consumer != null) {
            arguments.add(consumer);
        }
    }
}
