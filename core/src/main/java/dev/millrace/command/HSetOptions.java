package dev.millrace.command;

import java.time.Duration;
import java.time.Instant;

/**
 * When HSETEX writes, and how long the fields live. Immutable:
 * {@code HSetOptions.ofDefaults().ifAbsent().expiringIn(Duration.ofMinutes(5))}.
 *
 * @param existence whether all the fields must be there (FXX) or none may be (FNX); {@link Existence#ANY} by default
 * @param expiry when the fields expire; {@link Expiry#never()} by default
 */
public record HSetOptions(Existence existence, Expiry expiry) {
    private static final HSetOptions DEFAULTS = new HSetOptions(Existence.ANY, Expiry.never());

    /** Writes in any case, and what is written does not expire. */
    public static HSetOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options, writing only where none of the fields is there yet (FNX). */
    public HSetOptions ifAbsent() {
        return new HSetOptions(Existence.ABSENT, expiry);
    }

    /** The same options, writing only where all of the fields are there (FXX). */
    public HSetOptions ifPresent() {
        return new HSetOptions(Existence.PRESENT, expiry);
    }

    /** The same options with this expiry. */
    public HSetOptions expiring(Expiry when) {
        return new HSetOptions(existence, when);
    }

    /** The same options, expiring after at least 1 ms (PX). @throws IllegalArgumentException if it is shorter */
    public HSetOptions expiringIn(Duration duration) {
        return expiring(Expiry.in(duration));
    }

    /** The same options, expiring at a time after the epoch (PXAT). @throws IllegalArgumentException if it is not */
    public HSetOptions expiringAt(Instant instant) {
        return expiring(Expiry.at(instant));
    }

    void addTo(Arguments arguments) {
        switch (existence) {
            case ANY -> {}
            case ABSENT -> arguments.add("FNX");
            case PRESENT -> arguments.add("FXX");
        }
        arguments.addWriteExpiry(expiry);
    }
}
