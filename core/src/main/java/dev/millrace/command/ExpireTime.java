package dev.millrace.command;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When something expires.
 *
 * @param exists whether it is there at all
 * @param at the time by the server's clock, to the precision of the command that asked; null where it is not there or
 *     does not expire
 */
public record ExpireTime(boolean exists, @Nullable Instant at) {
    private static final long MISSING = -2;
    private static final long NEVER = -1;

    static final Decoder<ExpireTime> SECONDS = reply -> of(reply.readLong(), 1000);
    static final Decoder<ExpireTime> MILLISECONDS = reply -> of(reply.readLong(), 1);

    /** @throws IllegalArgumentException if something that does not exist expires */
    public ExpireTime {
        if (!exists && at != null) {
            throw new IllegalArgumentException("what does not exist does not expire");
        }
    }

    private static ExpireTime of(long number, long millisPerUnit) {
        if (number == MISSING) {
            return new ExpireTime(false, null);
        }
        return new ExpireTime(true, number == NEVER ? null : Instant.ofEpochMilli(number * millisPerUnit));
    }
}
