package dev.millrace.resilience;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.ServerError;
import java.time.Duration;

/**
 * Which failures are tried again, how often and how far apart. Immutable.
 *
 * <p>A command that was sent and not answered is tried again only if it is idempotent; a write is therefore never
 * repeated unless its caller declared it so. A command that was never sent, or that the server refused because it is
 * still loading, is tried again if it is idempotent too: the others are their caller's to repeat. One whose answer can't
 * be read is not, for each try would cost everyone on the connection their answers again.
 *
 * @param tries how many more times, 3 by default; 0 switches it off
 * @param pause the time between two tries, 100 ms by default
 */
public record Retry(int tries, Duration pause) {
    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    /** @throws IllegalArgumentException if the tries are not in 0–100, or the pause not between zero and a day */
    public Retry {
        if (tries < 0 || tries > 100) {
            throw new IllegalArgumentException(tries + " tries: must be from 0 to 100");
        }
        if (pause.isNegative() || pause.compareTo(LONGEST_PAUSE) > 0) {
            throw new IllegalArgumentException("a pause of " + pause + ": must be from zero to a day");
        }
    }

    /** 3 tries, 100 ms apart. */
    public static Retry ofDefaults() {
        return new Retry(3, Duration.ofMillis(100));
    }

    /**
     * Whether to try again.
     *
     * @param tried how many retries there were already
     * @param remainingNanos time until the call's deadline
     */
    public boolean again(Command<?> command, MillraceException failure, int tried, long remainingNanos) {
        return tried < tries
                && remainingNanos > pause.toNanos()
                && command.verb().isIdempotent()
                && ((failure instanceof NotSent notSent && !notSent.isUnreachable())
                        || (failure instanceof OutcomeUnknown unknown && !unknown.isUnreadable())
                        || failure instanceof ServerError.Loading);
    }
}
