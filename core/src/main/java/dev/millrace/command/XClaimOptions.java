package dev.millrace.command;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What XCLAIM notes about the entries that change hands. Immutable.
 *
 * @param idle how long they count as not delivered; null, the default, for zero, unless {@code deliveredAt} is given
 * @param deliveredAt when they count as delivered last, to the millisecond; null, the default, for now
 * @param deliveries how often they count as delivered, at least 0; null, the default, for once more
 * @param forced whether entries that are pending for no one are claimed too (FORCE); false by default
 * @param lastId an id that the group is moved on to where it has not come so far; null, the default, for none
 */
public record XClaimOptions(
        @Nullable Duration idle,
        @Nullable Instant deliveredAt,
        @Nullable Long deliveries,
        boolean forced,
        @Nullable StreamId lastId) {
    private static final XClaimOptions DEFAULTS = new XClaimOptions(null, null, null, false, null);

    /**
     * @throws IllegalArgumentException if a duration or number is negative, or both idle time and time of delivery are
     * given
     */
    public XClaimOptions {
        if (idle != null && deliveredAt != null) {
            throw new IllegalArgumentException("XCLAIM takes an idle time or a time of delivery; give one of the two");
        }
        if (idle != null && idle.isNegative()) {
            throw new IllegalArgumentException("an idle time is not negative: " + idle);
        }
        if (deliveries != null && deliveries < 0) {
            throw new IllegalArgumentException("an entry was delivered at least 0 times, not " + deliveries);
        }
    }

    /** Delivered now, once more, and only what is pending. */
    public static XClaimOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options with this idle time in place of zero. @throws IllegalArgumentException if it is negative */
    public XClaimOptions withIdle(Duration time) {
        return new XClaimOptions(time, null, deliveries, forced, lastId);
    }

    /** The same options with this time of the last delivery in place of now. */
    public XClaimOptions withDeliveredAt(Instant time) {
        return new XClaimOptions(null, time, deliveries, forced, lastId);
    }

    /** The same options with this number of deliveries. @throws IllegalArgumentException if it is negative */
    public XClaimOptions withDeliveries(long count) {
        return new XClaimOptions(idle, deliveredAt, count, forced, lastId);
    }

    /** The same options, claiming what is pending for no one too. */
    public XClaimOptions forcing() {
        return new XClaimOptions(idle, deliveredAt, deliveries, true, lastId);
    }

    /** The same options, moving the group on to this id. */
    public XClaimOptions withLastId(StreamId id) {
        return new XClaimOptions(idle, deliveredAt, deliveries, forced, id);
    }

    void addTo(Arguments arguments) {
        if (idle != null) {
            arguments.add("IDLE").add(Milliseconds.of(idle));
        }
        if (deliveredAt != null) {
            arguments.add("TIME").add(Milliseconds.of(deliveredAt));
        }
        if (deliveries != null) {
            arguments.add("RETRYCOUNT").add(deliveries);
        }
        if (forced) {
            arguments.add("FORCE");
        }
        if (lastId != null) {
            arguments.add("LASTID").add(lastId.toString());
        }
    }
}
