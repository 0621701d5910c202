package dev.millrace.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long something still lives.
 *
 * @param exists whether it is there at all
 * @param remaining what is left, to the precision of the command that asked; null where it is not there or does not
 *     expire
 */
public record TimeToLive(boolean exists, @Nullable Duration remaining) {
    private static final long MISSING = -2;
    private static final long UNLIMITED = -1;

    static final Decoder<TimeToLive> SECONDS = reply -> of(reply.readLong(), 1000);
    static final Decoder<TimeToLive> MILLISECONDS = reply -> of(reply.readLong(), 1);

    /** @throws IllegalArgumentException if something that does not exist has time left */
    public TimeToLive {
        if (!exists && remaining != null) {
            throw new IllegalArgumentException("what does not exist has no time left");
        }
    }

    private static TimeToLive of(long number, long millisPerUnit) {
        if (number == MISSING) {
            return new TimeToLive(false, null);
        }
        return new TimeToLive(true, number == UNLIMITED ? null : Duration.ofMillis(number * millisPerUnit));
    }
}
