package dev.millrace.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How RESTORE brings a key back. Immutable: {@code RestoreOptions.ofDefaults().replacing()}.
 *
 * @param expiry when the key expires; {@link Expiry#never()} by default. {@link Expiry#kept()} has no meaning here
 * @param replace whether a key that is there already is replaced; without it, the default, that is an error
 * @param idleTime for how long the key shall count as unused, in whole seconds, for LRU eviction; null, the default,
 *     for just used
 * @param frequency how often the key shall count as used, 0 to 255, for LFU eviction; null, the default, leaves it to
 *     the server. Not beside an idle time
 */
public record RestoreOptions(
        Expiry expiry,
        boolean replace,
        @Nullable Duration idleTime,
        @Nullable Integer frequency) {
    private static final RestoreOptions DEFAULTS = new RestoreOptions(Expiry.never(), false, null, null);

    /**
     * @throws IllegalArgumentException if the expiry is to be kept, the idle time is negative, the frequency is not
     *     within 0 and 255, or there are both an idle time and a frequency
     */
    public RestoreOptions {
        if (expiry instanceof Expiry.Kept) {
            throw new IllegalArgumentException("RESTORE keeps no expiry; say when the key expires, or never");
        }
        if (idleTime != null && idleTime.isNegative()) {
            throw new IllegalArgumentException("an idle time is not negative: " + idleTime);
        }
        if (frequency != null && (frequency < 0 || frequency > 255)) {
            throw new IllegalArgumentException("a frequency is from 0 to 255, not " + frequency);
        }
        if (idleTime != null && frequency != null) {
            throw new IllegalArgumentException("RESTORE takes an idle time or a frequency, not both; leave one out");
        }
    }

    /** A key that does not expire, was just used and replaces no other. */
    public static RestoreOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options with this expiry. @throws IllegalArgumentException if it is {@link Expiry#kept()} */
    public RestoreOptions expiring(Expiry when) {
        return new RestoreOptions(when, replace, idleTime, frequency);
    }

    /** The same options, replacing a key that is there already. */
    public RestoreOptions replacing() {
        return new RestoreOptions(expiry, true, idleTime, frequency);
    }

    /** The same options, with the key unused for this long. @throws IllegalArgumentException if it is negative */
    public RestoreOptions idleFor(Duration time) {
        return new RestoreOptions(expiry, replace, time, frequency);
    }

    /** The same options with this frequency of use. @throws IllegalArgumentException if it is not from 0 to 255 */
    public RestoreOptions usedWithFrequency(int logarithmic) {
        return new RestoreOptions(expiry, replace, idleTime, logarithmic);
    }

    /** The arguments after the key: the time to live, the value, the rest. */
    void addTo(Arguments arguments, byte[] dumped) {
        switch (expiry) {
            case Expiry.In in -> arguments.add(Milliseconds.of(in.duration()));
            case Expiry.At at -> arguments.add(Milliseconds.of(at.instant()));
            case Expiry.Never never -> arguments.add(0);
            case Expiry.Kept kept -> throw new IllegalStateException("refused when these options were made");
        }
        arguments.add(dumped);
        if (replace) {
            arguments.add("REPLACE");
        }
        if (expiry instanceof Expiry.At) {
            arguments.add("ABSTTL");
        }
        if (idleTime != null) {
            arguments.add("IDLETIME").add(idleTime.toSeconds());
        }
        if (frequency != null) {
            arguments.add("FREQ").add(frequency);
        }
    }
}
