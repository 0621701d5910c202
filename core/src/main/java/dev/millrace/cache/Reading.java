package dev.millrace.cache;

import dev.millrace.command.MillraceException;
import dev.millrace.connection.Epoch;
import org.jspecify.annotations.Nullable;

/**
 * What the server answered for one key.
 *
 * @param asked when it was asked, by {@link System#nanoTime()}: what was changed before is in the answer
 * @param raw what is stored; null for nothing
 * @param remainingNanos how much longer than that the server keeps it, at the least; {@link Long#MAX_VALUE} for no end
 * @param keepable whether it may be kept in memory: it was read where changes are announced, or where nobody does
 * @param epoch how long it is known to be current; null where nobody announces changes
 * @param failure why there is no answer, or null
 */
record Reading(
        long asked,
        byte @Nullable [] raw,
        long remainingNanos,
        boolean keepable,
        @Nullable Epoch epoch,
        @Nullable MillraceException failure) {
    static Reading failed(MillraceException failure) {
        return new Reading(0, null, 0, false, null, failure);
    }
}
