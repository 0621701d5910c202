package dev.millrace.command;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When SET and MSETEX write, and how long it lives. Immutable:
 * {@code SetOptions.ofDefaults().ifAbsent().expiringIn(Duration.ofMinutes(5))}.
 *
 * @param existence whether the key must be there or must not; {@link Existence#ANY} by default
 * @param condition what the key must hold; null, the default, for no such condition. For SET only, and not beside an
 *     existence other than ANY
 * @param expiry when the value expires; {@link Expiry#never()} by default, as SET has it
 */
public record SetOptions(Existence existence, @Nullable ValueCondition condition, Expiry expiry) {
    private static final SetOptions DEFAULTS = new SetOptions(Existence.ANY, null, Expiry.never());

    /** @throws IllegalArgumentException if there are both a condition on the existence and one on the value */
    public SetOptions {
        if (existence != Existence.ANY && condition != null) {
            throw new IllegalArgumentException(
                    "SET takes a condition on the key's existence or one on its value, not both; leave one out");
        }
    }

    /** Writes in any case, and what is written does not expire. */
    public static SetOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options, writing only where there is no value yet (NX). */
    public SetOptions ifAbsent() {
        return new SetOptions(Existence.ABSENT, condition, expiry);
    }

    /** The same options, writing only where there is a value (XX). */
    public SetOptions ifPresent() {
        return new SetOptions(Existence.PRESENT, condition, expiry);
    }

    /** The same options, writing only where the value is as asked for; Redis 8.4, {@code equalTo} also Valkey 8.1. */
    public SetOptions when(ValueCondition wanted) {
        return new SetOptions(existence, wanted, expiry);
    }

    /** The same options with this expiry. */
    public SetOptions expiring(Expiry when) {
        return new SetOptions(existence, condition, when);
    }

    /** The same options, expiring after at least 1 ms (PX). @throws IllegalArgumentException if it is shorter */
    public SetOptions expiringIn(Duration duration) {
        return expiring(Expiry.in(duration));
    }

    /** The same options, expiring at a time after the epoch (PXAT). @throws IllegalArgumentException if it is not */
    public SetOptions expiringAt(Instant instant) {
        return expiring(Expiry.at(instant));
    }

    /** The same options, leaving the time to live of what is replaced (KEEPTTL). */
    public SetOptions keepingExpiry() {
        return expiring(Expiry.kept());
    }

    void addTo(Arguments arguments) {
        existence.addTo(arguments);
        if (condition != null) {
            condition.addTo(arguments);
        }
        arguments.addWriteExpiry(expiry);
    }
}
