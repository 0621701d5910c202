package dev.millrace.command;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Commands on the members of sorted sets. Ranges are in {@link SortedSetRanges}, taking members out at either end is in
 * {@link SortedSetPops}, unions, intersections and differences are in {@link SortedSetAlgebra}.
 *
 * <p>Members are text, or bytes where the key is; {@code …Bytes} answers members as bytes under a key that is text.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=sorted-set">Redis: sorted sets</a>
 */
public final class SortedSets {
    private static final Verb ZADD = Verb.write("ZADD");
    private static final Verb ZREM = Verb.write("ZREM");
    private static final Verb ZCARD = Verb.read("ZCARD");
    private static final Verb ZSCORE = Verb.read("ZSCORE");
    private static final Verb ZMSCORE = Verb.read("ZMSCORE");
    private static final Verb ZINCRBY = Verb.write("ZINCRBY");
    private static final Verb ZRANK = Verb.read("ZRANK");
    private static final Verb ZREVRANK = Verb.read("ZREVRANK");
    private static final Verb ZRANDMEMBER = Verb.read("ZRANDMEMBER");
    private static final Verb ZSCAN = Verb.read("ZSCAN");

    private SortedSets() {}

    /** {@code ZADD}: adds the member or sets its score. Answers 1 where it is new, else 0. */
    public static Command<Long> zadd(String key, double score, String member) {
        return new Command<>(ZADD, Decoders.LONG, key, Arguments.text(score), member);
    }

    /** {@code ZADD}: adds the member or sets its score. Answers 1 where it is new, else 0. */
    public static Command<Long> zadd(String key, double score, byte[] member) {
        return new Command<>(ZADD, Decoders.LONG, key, Arguments.text(score), member);
    }

    /** {@code ZADD}: adds the member or sets its score. Answers 1 where it is new, else 0. */
    public static Command<Long> zadd(byte[] key, double score, byte[] member) {
        return new Command<>(ZADD, Decoders.LONG, key, Arguments.text(score), member);
    }

    /**
     * {@code ZADD}: adds the member or sets its score where the options let it. Answers 1 for what they count, else 0.
     */
    public static Command<Long> zadd(String key, ZAddOptions options, double score, String member) {
        return zaddAll(key, options, List.of(new ScoredMember<>(member, score)));
    }

    /**
     * {@code ZADD}: adds the member or sets its score where the options let it. Answers 1 for what they count, else 0.
     */
    public static Command<Long> zadd(String key, ZAddOptions options, double score, byte[] member) {
        return zaddAll(key, options, List.of(new ScoredMember<>(member, score)));
    }

    /**
     * {@code ZADD}: adds the member or sets its score where the options let it. Answers 1 for what they count, else 0.
     */
    public static Command<Long> zadd(byte[] key, ZAddOptions options, double score, byte[] member) {
        return zaddAll(key, options, List.of(new ScoredMember<>(member, score)));
    }

    /**
     * {@code ZADD}: adds these members or sets their scores, in the map's order. Answers how many are new.
     *
     * @throws IllegalArgumentException if the map is empty
     */
    public static Command<Long> zadd(String key, Map<String, Double> members) {
        return zadd(key, ZAddOptions.ofDefaults(), members);
    }

    /**
     * {@code ZADD}: adds these members or sets their scores where the options let it. Answers how many they count.
     *
     * @throws IllegalArgumentException if the map is empty
     */
    public static Command<Long> zadd(String key, ZAddOptions options, Map<String, Double> members) {
        return zaddAll(
                key,
                options,
                members.entrySet().stream()
                        .map(entry -> new ScoredMember<>(entry.getKey(), entry.getValue()))
                        .toList());
    }

    /**
     * {@code ZADD}: adds these members or sets their scores where the options let it. Answers how many they count.
     *
     * @throws IllegalArgumentException if the list is empty
     */
    public static Command<Long> zadd(String key, ZAddOptions options, Collection<ScoredMember<String>> members) {
        return zaddAll(key, options, members);
    }

    /**
     * {@code ZADD}: adds these members or sets their scores where the options let it. Answers how many they count.
     *
     * @throws IllegalArgumentException if the list is empty
     */
    public static Command<Long> zaddBytes(String key, ZAddOptions options, Collection<ScoredMember<byte[]>> members) {
        return zaddAll(key, options, members);
    }

    /**
     * {@code ZADD}: adds these members or sets their scores where the options let it. Answers how many they count.
     *
     * @throws IllegalArgumentException if the list is empty
     */
    public static Command<Long> zadd(byte[] key, ZAddOptions options, Collection<ScoredMember<byte[]>> members) {
        return zaddAll(key, options, members);
    }

    /** {@code ZADD … INCR}: adds to the score of the member. Answers the sum, or null where the options forbid it. */
    public static Command<Double> zaddIncr(String key, ZAddOptions options, double amount, String member) {
        return addToScore(key, options, amount, member);
    }

    /** {@code ZADD … INCR}: adds to the score of the member. Answers the sum, or null where the options forbid it. */
    public static Command<Double> zaddIncr(String key, ZAddOptions options, double amount, byte[] member) {
        return addToScore(key, options, amount, member);
    }

    /** {@code ZADD … INCR}: adds to the score of the member. Answers the sum, or null where the options forbid it. */
    public static Command<Double> zaddIncr(byte[] key, ZAddOptions options, double amount, byte[] member) {
        return addToScore(key, options, amount, member);
    }

    /**
     * {@code ZREM}: removes the members. Answers how many there were.
     *
     * @throws IllegalArgumentException if no member is named
     */
    public static Command<Long> zrem(String key, String... members) {
        return new Command<>(ZREM, Decoders.LONG, Arguments.some(ZREM, key, "member", members));
    }

    /**
     * {@code ZREM}: removes the members. Answers how many there were.
     *
     * @throws IllegalArgumentException if no member is named
     */
    public static Command<Long> zrem(String key, Collection<String> members) {
        return new Command<>(ZREM, Decoders.LONG, Arguments.some(ZREM, key, "member", members));
    }

    /**
     * {@code ZREM}: removes the members. Answers how many there were.
     *
     * @throws IllegalArgumentException if no member is named
     */
    public static Command<Long> zrem(String key, byte[]... members) {
        return new Command<>(ZREM, Decoders.LONG, Arguments.some(ZREM, key, "member", members));
    }

    /**
     * {@code ZREM}: removes the members. Answers how many there were.
     *
     * @throws IllegalArgumentException if no member is named
     */
    public static Command<Long> zrem(byte[] key, byte[]... members) {
        return new Command<>(ZREM, Decoders.LONG, Arguments.some(ZREM, key, "member", members));
    }

    /** {@code ZCARD}: how many members there are; 0 where the key does not exist. */
    public static Command<Long> zcard(String key) {
        return new Command<>(ZCARD, Decoders.LONG, key);
    }

    /** {@code ZCARD}: how many members there are; 0 where the key does not exist. */
    public static Command<Long> zcard(byte[] key) {
        return new Command<>(ZCARD, Decoders.LONG, key);
    }

    /** {@code ZSCORE}: the member's score, or null where it does not exist. */
    public static Command<Double> zscore(String key, String member) {
        return new Command<>(ZSCORE, Decoders.DOUBLE_OR_NULL, key, member);
    }

    /** {@code ZSCORE}: the member's score, or null where it does not exist. */
    public static Command<Double> zscore(String key, byte[] member) {
        return new Command<>(ZSCORE, Decoders.DOUBLE_OR_NULL, key, member);
    }

    /** {@code ZSCORE}: the member's score, or null where it does not exist. */
    public static Command<Double> zscore(byte[] key, byte[] member) {
        return new Command<>(ZSCORE, Decoders.DOUBLE_OR_NULL, key, member);
    }

    /**
     * {@code ZMSCORE}: the members' scores in the same order, null for those that do not exist.
     *
     * @throws IllegalArgumentException if no member is named
     */
    public static Command<List<Double>> zmscore(String key, String... members) {
        return new Command<>(
                ZMSCORE, Decoders.list(Decoders.DOUBLE_OR_NULL), Arguments.some(ZMSCORE, key, "member", members));
    }

    /**
     * {@code ZMSCORE}: the members' scores in the same order, null for those that do not exist.
     *
     * @throws IllegalArgumentException if no member is named
     */
    public static Command<List<Double>> zmscore(String key, Collection<String> members) {
        return new Command<>(
                ZMSCORE, Decoders.list(Decoders.DOUBLE_OR_NULL), Arguments.some(ZMSCORE, key, "member", members));
    }

    /**
     * {@code ZMSCORE}: the members' scores in the same order, null for those that do not exist.
     *
     * @throws IllegalArgumentException if no member is named
     */
    public static Command<List<Double>> zmscore(byte[] key, byte[]... members) {
        return new Command<>(
                ZMSCORE, Decoders.list(Decoders.DOUBLE_OR_NULL), Arguments.some(ZMSCORE, key, "member", members));
    }

    /** {@code ZINCRBY}: adds to the member's score, which begins at 0. Answers the sum. */
    public static Command<Double> zincrBy(String key, double amount, String member) {
        return new Command<>(ZINCRBY, Decoders.DOUBLE, key, Arguments.text(amount), member);
    }

    /** {@code ZINCRBY}: adds to the member's score, which begins at 0. Answers the sum. */
    public static Command<Double> zincrBy(String key, double amount, byte[] member) {
        return new Command<>(ZINCRBY, Decoders.DOUBLE, key, Arguments.text(amount), member);
    }

    /** {@code ZINCRBY}: adds to the member's score, which begins at 0. Answers the sum. */
    public static Command<Double> zincrBy(byte[] key, double amount, byte[] member) {
        return new Command<>(ZINCRBY, Decoders.DOUBLE, key, Arguments.text(amount), member);
    }

    /** {@code ZRANK}: how many members stand before this one, or null where it does not exist. */
    public static Command<Long> zrank(String key, String member) {
        return new Command<>(ZRANK, Decoders.LONG_OR_NULL, key, member);
    }

    /** {@code ZRANK}: how many members stand before this one, or null where it does not exist. */
    public static Command<Long> zrank(byte[] key, byte[] member) {
        return new Command<>(ZRANK, Decoders.LONG_OR_NULL, key, member);
    }

    /** {@code ZRANK … WITHSCORE}: rank and score, or null where the member does not exist. From Redis 7.2. */
    public static Command<RankedScore> zrankWithScore(String key, String member) {
        return new Command<>(ZRANK, RankedScore.DECODER, key, member, "WITHSCORE");
    }

    /** {@code ZRANK … WITHSCORE}: rank and score, or null where the member does not exist. From Redis 7.2. */
    public static Command<RankedScore> zrankWithScore(byte[] key, byte[] member) {
        return new Command<>(ZRANK, RankedScore.DECODER, key, member, "WITHSCORE");
    }

    /** {@code ZREVRANK}: how many members stand behind this one, or null where it does not exist. */
    public static Command<Long> zrevRank(String key, String member) {
        return new Command<>(ZREVRANK, Decoders.LONG_OR_NULL, key, member);
    }

    /** {@code ZREVRANK}: how many members stand behind this one, or null where it does not exist. */
    public static Command<Long> zrevRank(byte[] key, byte[] member) {
        return new Command<>(ZREVRANK, Decoders.LONG_OR_NULL, key, member);
    }

    /** {@code ZREVRANK … WITHSCORE}: rank from the end and score, or null where there is none. From Redis 7.2. */
    public static Command<RankedScore> zrevRankWithScore(String key, String member) {
        return new Command<>(ZREVRANK, RankedScore.DECODER, key, member, "WITHSCORE");
    }

    /** {@code ZREVRANK … WITHSCORE}: rank from the end and score, or null where there is none. From Redis 7.2. */
    public static Command<RankedScore> zrevRankWithScore(byte[] key, byte[] member) {
        return new Command<>(ZREVRANK, RankedScore.DECODER, key, member, "WITHSCORE");
    }

    /** {@code ZRANDMEMBER}: a member picked at random, or null where the key does not exist. */
    public static Command<String> zrandMember(String key) {
        return new Command<>(ZRANDMEMBER, Decoders.TEXT, key);
    }

    /** {@code ZRANDMEMBER}: a member picked at random, or null where the key does not exist. */
    public static Command<byte[]> zrandMemberBytes(String key) {
        return new Command<>(ZRANDMEMBER, Decoders.BYTES, key);
    }

    /** {@code ZRANDMEMBER}: a member picked at random, or null where the key does not exist. */
    public static Command<byte[]> zrandMember(byte[] key) {
        return new Command<>(ZRANDMEMBER, Decoders.BYTES, key);
    }

    /**
     * {@code ZRANDMEMBER}: up to {@code count} different members picked at random; where the count is negative, exactly
     * {@code -count}, among which the same may come again. Empty where the key does not exist.
     */
    public static Command<List<String>> zrandMember(String key, long count) {
        return new Command<>(ZRANDMEMBER, Decoders.TEXTS, key, Long.toString(count));
    }

    /** {@code ZRANDMEMBER}: as {@link #zrandMember(String, long)}, in bytes. */
    public static Command<List<byte[]>> zrandMemberBytes(String key, long count) {
        return new Command<>(ZRANDMEMBER, Decoders.BYTE_ARRAYS, key, Long.toString(count));
    }

    /** {@code ZRANDMEMBER}: as {@link #zrandMember(String, long)}, in bytes. */
    public static Command<List<byte[]>> zrandMember(byte[] key, long count) {
        return new Command<>(ZRANDMEMBER, Decoders.BYTE_ARRAYS, key, Long.toString(count));
    }

    /** {@code ZRANDMEMBER … WITHSCORES}: as {@link #zrandMember(String, long)}, each member with its score. */
    public static Command<List<ScoredMember<String>>> zrandMemberWithScores(String key, long count) {
        return new Command<>(ZRANDMEMBER, Pairs.SCORED, key, Long.toString(count), "WITHSCORES");
    }

    /** {@code ZRANDMEMBER … WITHSCORES}: as {@link #zrandMemberWithScores(String, long)}, in bytes. */
    public static Command<List<ScoredMember<byte[]>>> zrandMemberWithScoresBytes(String key, long count) {
        return new Command<>(ZRANDMEMBER, Pairs.SCORED_BYTES, key, Long.toString(count), "WITHSCORES");
    }

    /** {@code ZRANDMEMBER … WITHSCORES}: as {@link #zrandMemberWithScores(String, long)}, in bytes. */
    public static Command<List<ScoredMember<byte[]>>> zrandMemberWithScores(byte[] key, long count) {
        return new Command<>(ZRANDMEMBER, Pairs.SCORED_BYTES, key, Long.toString(count), "WITHSCORES");
    }

    /**
     * {@code ZSCAN}: a walk over the members with their scores, page by page, in no order.
     *
     * @throws IllegalArgumentException if the options name a type of key
     */
    public static Scan<ScoredMember<String>> zscan(String key, ScanOptions options) {
        return Scan.ofKey(ZSCAN, key, options, Pairs.SCORED);
    }

    /**
     * {@code ZSCAN}: a walk over the members with their scores, page by page, in no order.
     *
     * @throws IllegalArgumentException if the options name a type of key
     */
    public static Scan<ScoredMember<byte[]>> zscanBytes(String key, ScanOptions options) {
        return Scan.ofKey(ZSCAN, key, options, Pairs.SCORED_BYTES);
    }

    /**
     * {@code ZSCAN}: a walk over the members with their scores, page by page, in no order.
     *
     * @throws IllegalArgumentException if the options name a type of key
     */
    public static Scan<ScoredMember<byte[]>> zscan(byte[] key, ScanOptions options) {
        return Scan.ofKey(ZSCAN, key, options, Pairs.SCORED_BYTES);
    }

    private static Command<Long> zaddAll(
            Object key, ZAddOptions options, Collection<? extends ScoredMember<?>> members) {
        Arguments.requireSome(members.size(), "ZADD", "member");
        Arguments arguments = Arguments.withCapacity(4 + 2 * members.size()).addRaw(key);
        options.addTo(arguments);
        for (ScoredMember<?> member : members) {
            arguments.add(member.score()).addRaw(member.member());
        }
        return new Command<>(ZADD, Decoders.LONG, arguments.toArray());
    }

    private static Command<Double> addToScore(Object key, ZAddOptions options, double amount, Object member) {
        Arguments arguments = Arguments.of(key);
        options.addTo(arguments);
        arguments.add("INCR").add(amount).addRaw(member);
        return new Command<>(ZADD, Decoders.DOUBLE_OR_NULL, arguments.toArray());
    }
}
