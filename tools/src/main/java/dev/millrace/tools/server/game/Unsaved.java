package dev.millrace.tools.server.game;

import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Hashes;
import dev.millrace.command.Keys;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a hash in Redis is to become: gone; or with these fields, so many more moves, and so long to live. Changes of one hash add up to
 * one, so that what gathers while Redis is away or slow stays as small as its last state. Immutable.
 *
 * @param isGone whether it is to be removed; the others say nothing then
 * @param fields to be set; those that are not here stay
 * @param moves to be added to its {@link #SCORE}
 * @param kept how long it lives from the time of writing
 */
record Unsaved(boolean isGone, Map<String, String> fields, long moves, Duration kept) {
    static final String SCORE = "score";

    /** The hash is to be removed. */
    static final Unsaved GONE = new Unsaved(true, Map.of(), 0, Duration.ZERO);

    Unsaved {
        fields = Map.copyOf(fields);
    }

    static Unsaved of(Map<String, String> fields, long moves, Duration kept) {
        return new Unsaved(false, fields, moves, kept);
    }

    /** Only its time to live; one that is not there stays away. */
    static Unsaved prolonged(Duration kept) {
        return of(Map.of(), 0, kept);
    }

    /** This, and a newer change behind it: newer fields win, moves add up, and what is to be gone is not prolonged. */
    Unsaved then(Unsaved newer) {
        if (newer.isGone || (isGone && !newer.fields.isEmpty())) {
            return newer;
        }
        if (isGone) {
            return this;
        }
        Map<String, String> both = new HashMap<>(fields);
        both.putAll(newer.fields);
        return of(both, moves + newer.moves, newer.kept);
    }

    /** Adds the commands to a batch, which keeps the order of those of one key. */
    Sent send(Batch batch, String key) {
        return new Sent(this, batch, key);
    }

    /**
     * What a write has left.
     *
     * @param unsaved to be written again; null for nothing
     * @param isLost whether something is lost, or nobody knows whether it is
     */
    record Left(@Nullable Unsaved unsaved, boolean isLost) {}

    /** A change that a batch has. Confined to the thread of the batch. */
    static final class Sent {
        private final Unsaved change;
        private final @Nullable Reply<Long> removal;
        private final @Nullable Reply<Long> setting;
        private final @Nullable Reply<Long> counting;
        private final @Nullable Reply<Boolean> prolonging;

        private Sent(Unsaved change, Batch batch, String key) {
            this.change = change;
            this.removal = change.isGone ? batch.add(Keys.del(key)) : null;
            this.setting = change.fields.isEmpty() ? null : batch.add(Hashes.hset(key, change.fields));
            this.counting = change.moves == 0 ? null : batch.add(Hashes.hincrBy(key, SCORE, change.moves));
            this.prolonging = change.isGone ? null : batch.add(Keys.expire(key, change.kept));
        }

        /** Asked when the batch has run. All but moves may be written twice; moves that may be counted are not counted again. */
        Left left() {
            WriteOutcome removed = outcome(removal);
            WriteOutcome set = outcome(setting);
            WriteOutcome counted = outcome(counting);
            WriteOutcome prolonged = outcome(prolonging);
            boolean isLost = removed == WriteOutcome.LOST
                    || set == WriteOutcome.LOST
                    || counted == WriteOutcome.LOST
                    || counted == WriteOutcome.UNKNOWN
                    || prolonged == WriteOutcome.LOST;
            if (isOpen(removed)) {
                return new Left(GONE, isLost);
            }
            boolean isSetAgain = isOpen(set);
            boolean isCountedAgain = counted == WriteOutcome.AGAIN;
            if (!isSetAgain && !isCountedAgain && !isOpen(prolonged)) {
                return new Left(null, isLost);
            }
            return new Left(
                    of(isSetAgain ? change.fields : Map.of(), isCountedAgain ? change.moves : 0, change.kept), isLost);
        }

        private static WriteOutcome outcome(@Nullable Reply<?> reply) {
            return reply == null ? WriteOutcome.DONE : WriteOutcome.of(reply.error());
        }

        private static boolean isOpen(WriteOutcome outcome) {
            return outcome == WriteOutcome.AGAIN || outcome == WriteOutcome.UNKNOWN;
        }
    }
}
