package dev.millrace.command;

import java.util.List;

/**
 * Commands on ranges of sorted sets: by rank, by score, or by the members' bytes.
 *
 * <p>{@link #zrange(String, ZRange)} and its kin can ask for every kind of range, in either order and in part. The
 * older names ({@code zrevRange}, {@code zrangeByScore}, …) are there for members that are text.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=sorted-set">Redis: sorted sets</a>
 */
public final class SortedSetRanges {
    private static final Verb ZRANGE = Verb.read("ZRANGE");
    private static final Verb ZRANGESTORE = Verb.write("ZRANGESTORE").keys(KeyPositions.FIRST_TWO);
    private static final Verb ZREVRANGE = Verb.read("ZREVRANGE");
    private static final Verb ZRANGEBYSCORE = Verb.read("ZRANGEBYSCORE");
    private static final Verb ZREVRANGEBYSCORE = Verb.read("ZREVRANGEBYSCORE");
    private static final Verb ZRANGEBYLEX = Verb.read("ZRANGEBYLEX");
    private static final Verb ZREVRANGEBYLEX = Verb.read("ZREVRANGEBYLEX");
    private static final Verb ZCOUNT = Verb.read("ZCOUNT");
    private static final Verb ZLEXCOUNT = Verb.read("ZLEXCOUNT");
    private static final Verb ZREMRANGEBYRANK = Verb.write("ZREMRANGEBYRANK");
    private static final Verb ZREMRANGEBYSCORE = Verb.write("ZREMRANGEBYSCORE");
    private static final Verb ZREMRANGEBYLEX = Verb.write("ZREMRANGEBYLEX");
    private static final Limit ALL = new Limit(0, -1);

    private SortedSetRanges() {}

    /** {@code ZRANGE}: the members from one rank to another, both included, lowest score first; -1 is the last rank. */
    public static Command<List<String>> zrange(String key, long start, long stop) {
        return zrange(key, ZRange.byRank(start, stop));
    }

    /** {@code ZRANGE}: the members from one rank to another, both included, lowest score first; -1 is the last rank. */
    public static Command<List<byte[]>> zrangeBytes(String key, long start, long stop) {
        return zrangeBytes(key, ZRange.byRank(start, stop));
    }

    /** {@code ZRANGE}: the members from one rank to another, both included, lowest score first; -1 is the last rank. */
    public static Command<List<byte[]>> zrange(byte[] key, long start, long stop) {
        return zrange(key, ZRange.byRank(start, stop));
    }

    /** {@code ZRANGE}: the members in the range, in its order. */
    public static Command<List<String>> zrange(String key, ZRange range) {
        return new Command<>(ZRANGE, Decoders.TEXTS, ranged(key, range));
    }

    /** {@code ZRANGE}: the members in the range, in its order. */
    public static Command<List<byte[]>> zrangeBytes(String key, ZRange range) {
        return new Command<>(ZRANGE, Decoders.BYTE_ARRAYS, ranged(key, range));
    }

    /** {@code ZRANGE}: the members in the range, in its order. */
    public static Command<List<byte[]>> zrange(byte[] key, ZRange range) {
        return new Command<>(ZRANGE, Decoders.BYTE_ARRAYS, ranged(key, range));
    }

    /** {@code ZRANGE … WITHSCORES}: as {@link #zrange(String, long, long)}, each member with its score. */
    public static Command<List<ScoredMember<String>>> zrangeWithScores(String key, long start, long stop) {
        return zrangeWithScores(key, ZRange.byRank(start, stop));
    }

    /** {@code ZRANGE … WITHSCORES}: as {@link #zrangeBytes(String, long, long)}, each member with its score. */
    public static Command<List<ScoredMember<byte[]>>> zrangeWithScoresBytes(String key, long start, long stop) {
        return zrangeWithScoresBytes(key, ZRange.byRank(start, stop));
    }

    /** {@code ZRANGE … WITHSCORES}: as {@link #zrange(byte[], long, long)}, each member with its score. */
    public static Command<List<ScoredMember<byte[]>>> zrangeWithScores(byte[] key, long start, long stop) {
        return zrangeWithScores(key, ZRange.byRank(start, stop));
    }

    /**
     * {@code ZRANGE … WITHSCORES}: the members in the range with their scores, in its order. By lex, the server takes
     * no WITHSCORES before Redis 7 and answers an error.
     */
    public static Command<List<ScoredMember<String>>> zrangeWithScores(String key, ZRange range) {
        return new Command<>(ZRANGE, Pairs.SCORED, ranged(key, range, "WITHSCORES"));
    }

    /** {@code ZRANGE … WITHSCORES}: as {@link #zrangeWithScores(String, ZRange)}, in bytes. */
    public static Command<List<ScoredMember<byte[]>>> zrangeWithScoresBytes(String key, ZRange range) {
        return new Command<>(ZRANGE, Pairs.SCORED_BYTES, ranged(key, range, "WITHSCORES"));
    }

    /** {@code ZRANGE … WITHSCORES}: as {@link #zrangeWithScores(String, ZRange)}, in bytes. */
    public static Command<List<ScoredMember<byte[]>>> zrangeWithScores(byte[] key, ZRange range) {
        return new Command<>(ZRANGE, Pairs.SCORED_BYTES, ranged(key, range, "WITHSCORES"));
    }

    /**
     * {@code ZRANGESTORE}: stores the members in the range of {@code source}, over what was there. Answers how many.
     */
    public static Command<Long> zrangeStore(String destination, String source, ZRange range) {
        return store(destination, source, range);
    }

    /**
     * {@code ZRANGESTORE}: stores the members in the range of {@code source}, over what was there. Answers how many.
     */
    public static Command<Long> zrangeStore(byte[] destination, byte[] source, ZRange range) {
        return store(destination, source, range);
    }

    /** {@code ZREVRANGE}: the members from one rank to another, both included, counted and answered highest first. */
    public static Command<List<String>> zrevRange(String key, long start, long stop) {
        return new Command<>(ZREVRANGE, Decoders.TEXTS, key, Long.toString(start), Long.toString(stop));
    }

    /** {@code ZREVRANGE … WITHSCORES}: as {@link #zrevRange(String, long, long)}, each member with its score. */
    public static Command<List<ScoredMember<String>>> zrevRangeWithScores(String key, long start, long stop) {
        return new Command<>(ZREVRANGE, Pairs.SCORED, key, Long.toString(start), Long.toString(stop), "WITHSCORES");
    }

    /** {@code ZRANGEBYSCORE}: the members with scores in the range, lowest first. */
    public static Command<List<String>> zrangeByScore(String key, Range<Double> scores) {
        return zrangeByScore(key, scores, ALL);
    }

    /** {@code ZRANGEBYSCORE}: a part of the members with scores in the range, lowest first. */
    public static Command<List<String>> zrangeByScore(String key, Range<Double> scores, Limit limit) {
        return new Command<>(
                ZRANGEBYSCORE,
                Decoders.TEXTS,
                limited(key, Bounds.lowScore(scores), Bounds.highScore(scores), limit, false));
    }

    /** {@code ZRANGEBYSCORE … WITHSCORES}: the members with scores in the range, each with its score, lowest first. */
    public static Command<List<ScoredMember<String>>> zrangeByScoreWithScores(String key, Range<Double> scores) {
        return zrangeByScoreWithScores(key, scores, ALL);
    }

    /** {@code ZRANGEBYSCORE … WITHSCORES}: as {@link #zrangeByScore(String, Range, Limit)}, each with its score. */
    public static Command<List<ScoredMember<String>>> zrangeByScoreWithScores(
            String key, Range<Double> scores, Limit limit) {
        return new Command<>(
                ZRANGEBYSCORE,
                Pairs.SCORED,
                limited(key, Bounds.lowScore(scores), Bounds.highScore(scores), limit, true));
    }

    /** {@code ZREVRANGEBYSCORE}: the members with scores in the range, highest first. */
    public static Command<List<String>> zrevRangeByScore(String key, Range<Double> scores) {
        return zrevRangeByScore(key, scores, ALL);
    }

    /** {@code ZREVRANGEBYSCORE}: a part of the members with scores in the range, highest first. */
    public static Command<List<String>> zrevRangeByScore(String key, Range<Double> scores, Limit limit) {
        return new Command<>(
                ZREVRANGEBYSCORE,
                Decoders.TEXTS,
                limited(key, Bounds.highScore(scores), Bounds.lowScore(scores), limit, false));
    }

    /**
     * {@code ZREVRANGEBYSCORE … WITHSCORES}: the members with scores in the range, each with its score, highest first.
     */
    public static Command<List<ScoredMember<String>>> zrevRangeByScoreWithScores(String key, Range<Double> scores) {
        return zrevRangeByScoreWithScores(key, scores, ALL);
    }

    /**
     * {@code ZREVRANGEBYSCORE … WITHSCORES}: as {@link #zrevRangeByScore(String, Range, Limit)}, each with its score.
     */
    public static Command<List<ScoredMember<String>>> zrevRangeByScoreWithScores(
            String key, Range<Double> scores, Limit limit) {
        return new Command<>(
                ZREVRANGEBYSCORE,
                Pairs.SCORED,
                limited(key, Bounds.highScore(scores), Bounds.lowScore(scores), limit, true));
    }

    /** {@code ZRANGEBYLEX}: the members in the range, in the order of their bytes; all must have the same score. */
    public static Command<List<String>> zrangeByLex(String key, Range<String> members) {
        return zrangeByLex(key, members, ALL);
    }

    /** {@code ZRANGEBYLEX}: a part of {@link #zrangeByLex(String, Range)}. */
    public static Command<List<String>> zrangeByLex(String key, Range<String> members, Limit limit) {
        return new Command<>(
                ZRANGEBYLEX,
                Decoders.TEXTS,
                limited(key, Bounds.lowMember(members), Bounds.highMember(members), limit, false));
    }

    /** {@code ZREVRANGEBYLEX}: as {@link #zrangeByLex(String, Range)}, the last one first. */
    public static Command<List<String>> zrevRangeByLex(String key, Range<String> members) {
        return zrevRangeByLex(key, members, ALL);
    }

    /** {@code ZREVRANGEBYLEX}: a part of {@link #zrevRangeByLex(String, Range)}. */
    public static Command<List<String>> zrevRangeByLex(String key, Range<String> members, Limit limit) {
        return new Command<>(
                ZREVRANGEBYLEX,
                Decoders.TEXTS,
                limited(key, Bounds.highMember(members), Bounds.lowMember(members), limit, false));
    }

    /** {@code ZCOUNT}: how many members have scores in the range. */
    public static Command<Long> zcount(String key, Range<Double> scores) {
        return byScore(ZCOUNT, key, scores);
    }

    /** {@code ZCOUNT}: how many members have scores in the range. */
    public static Command<Long> zcount(byte[] key, Range<Double> scores) {
        return byScore(ZCOUNT, key, scores);
    }

    /** {@code ZLEXCOUNT}: how many members are in the range, in a set whose members all have the same score. */
    public static Command<Long> zlexCount(String key, Range<String> members) {
        return byLex(ZLEXCOUNT, key, members);
    }

    /** {@code ZLEXCOUNT}: how many members are in the range, in a set whose members all have the same score. */
    public static Command<Long> zlexCount(byte[] key, Range<byte[]> members) {
        return byLex(ZLEXCOUNT, key, members);
    }

    /** {@code ZREMRANGEBYRANK}: removes the members from one rank to another, both included. Answers how many. */
    public static Command<Long> zremRangeByRank(String key, long start, long stop) {
        return new Command<>(ZREMRANGEBYRANK, Decoders.LONG, key, Long.toString(start), Long.toString(stop));
    }

    /** {@code ZREMRANGEBYRANK}: removes the members from one rank to another, both included. Answers how many. */
    public static Command<Long> zremRangeByRank(byte[] key, long start, long stop) {
        return new Command<>(ZREMRANGEBYRANK, Decoders.LONG, key, Long.toString(start), Long.toString(stop));
    }

    /** {@code ZREMRANGEBYSCORE}: removes the members with scores in the range. Answers how many. */
    public static Command<Long> zremRangeByScore(String key, Range<Double> scores) {
        return byScore(ZREMRANGEBYSCORE, key, scores);
    }

    /** {@code ZREMRANGEBYSCORE}: removes the members with scores in the range. Answers how many. */
    public static Command<Long> zremRangeByScore(byte[] key, Range<Double> scores) {
        return byScore(ZREMRANGEBYSCORE, key, scores);
    }

    /** {@code ZREMRANGEBYLEX}: removes the members in the range; all of the set must have the same score. */
    public static Command<Long> zremRangeByLex(String key, Range<String> members) {
        return byLex(ZREMRANGEBYLEX, key, members);
    }

    /** {@code ZREMRANGEBYLEX}: removes the members in the range; all of the set must have the same score. */
    public static Command<Long> zremRangeByLex(byte[] key, Range<byte[]> members) {
        return byLex(ZREMRANGEBYLEX, key, members);
    }

    private static Object[] ranged(Object key, ZRange range, String... words) {
        Arguments arguments = Arguments.of(key);
        range.addTo(arguments);
        return arguments.addAll(words).toArray();
    }

    private static Command<Long> store(Object destination, Object source, ZRange range) {
        Arguments arguments = Arguments.of(destination).addRaw(source);
        range.addTo(arguments);
        return new Command<>(ZRANGESTORE, Decoders.LONG, arguments.toArray());
    }

    private static Object[] limited(Object key, Object first, Object last, Limit limit, boolean withScores) {
        Arguments arguments = Arguments.of(key).addRaw(first).addRaw(last);
        if (withScores) {
            arguments.add("WITHSCORES");
        }
        if (!limit.equals(ALL)) {
            limit.addTo(arguments);
        }
        return arguments.toArray();
    }

    private static Command<Long> byScore(Verb verb, Object key, Range<Double> scores) {
        return new Command<>(verb, Decoders.LONG, key, Bounds.lowScore(scores), Bounds.highScore(scores));
    }

    private static Command<Long> byLex(Verb verb, Object key, Range<?> members) {
        return new Command<>(verb, Decoders.LONG, key, Bounds.lowMember(members), Bounds.highMember(members));
    }
}
