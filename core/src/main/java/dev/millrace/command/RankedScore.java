package dev.millrace.command;

/**
 * Where a member stands in a sorted set.
 *
 * @param rank how many members stand before it
 * @param score its score
 */
public record RankedScore(long rank, double score) {
    /** Rank and score, or null for a member that is not there. */
    static final Decoder<RankedScore> DECODER = reply -> reply.nullable(() -> {
        Pairs.enter(reply, 2);
        long rank = reply.readLong();
        return new RankedScore(rank, reply.readDouble());
    });
}
