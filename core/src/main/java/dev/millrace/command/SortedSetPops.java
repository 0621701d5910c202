package dev.millrace.command;

import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Commands that take members out of sorted sets at the end with the lowest or with the highest scores. Those that wait
 * run on a connection of their own. Members are answered as {@link SortedSets} has them.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=sorted-set">Redis: sorted sets</a>
 */
public final class SortedSetPops {
    private static final Verb ZPOPMIN = Verb.write("ZPOPMIN");
    private static final Verb ZPOPMAX = Verb.write("ZPOPMAX");
    private static final Verb ZMPOP = Verb.write("ZMPOP").keys(KeyPositions.countedAt(0, false));
    private static final Verb BZPOPMIN =
            Verb.write("BZPOPMIN").keys(KeyPositions.ALL_BUT_LAST).blocking();
    private static final Verb BZPOPMAX =
            Verb.write("BZPOPMAX").keys(KeyPositions.ALL_BUT_LAST).blocking();
    private static final Verb BZMPOP =
            Verb.write("BZMPOP").keys(KeyPositions.countedAt(1, false)).blocking();

    private static final Decoder<ScoredMember<String>> FIRST = Pairs.first(Pairs.SCORED);
    private static final Decoder<ScoredMember<byte[]>> FIRST_BYTES = Pairs.first(Pairs.SCORED_BYTES);
    private static final Decoder<Popped<ScoredMember<String>>> POPPED =
            popped(Decoders.TEXT, Decoders.TEXT, Popped::new);
    private static final Decoder<Popped<ScoredMember<byte[]>>> POPPED_BYTES =
            popped(Decoders.TEXT, Decoders.BYTES, Popped::new);
    private static final Decoder<PoppedBytes<ScoredMember<byte[]>>> POPPED_OF_BYTES =
            popped(Decoders.BYTES, Decoders.BYTES, PoppedBytes::new);
    private static final Decoder<Popped<List<ScoredMember<String>>>> POPPED_LIST = Popped.decoder(Pairs.SCORED);
    private static final Decoder<Popped<List<ScoredMember<byte[]>>>> POPPED_LIST_BYTES =
            Popped.decoder(Pairs.SCORED_BYTES);
    private static final Decoder<PoppedBytes<List<ScoredMember<byte[]>>>> POPPED_LIST_OF_BYTES =
            PoppedBytes.decoder(Pairs.SCORED_BYTES);

    private SortedSetPops() {}

    /** {@code ZPOPMIN}: removes the member with the lowest score. Answers it, or null where there is none. */
    public static Command<ScoredMember<String>> zpopMin(String key) {
        return new Command<>(ZPOPMIN, FIRST, key);
    }

    /** {@code ZPOPMIN}: removes the member with the lowest score. Answers it, or null where there is none. */
    public static Command<ScoredMember<byte[]>> zpopMinBytes(String key) {
        return new Command<>(ZPOPMIN, FIRST_BYTES, key);
    }

    /** {@code ZPOPMIN}: removes the member with the lowest score. Answers it, or null where there is none. */
    public static Command<ScoredMember<byte[]>> zpopMin(byte[] key) {
        return new Command<>(ZPOPMIN, FIRST_BYTES, key);
    }

    /** {@code ZPOPMIN}: removes up to {@code count} members with the lowest scores. Answers them, lowest first. */
    public static Command<List<ScoredMember<String>>> zpopMin(String key, long count) {
        return new Command<>(ZPOPMIN, Pairs.SCORED, key, Long.toString(count));
    }

    /** {@code ZPOPMIN}: removes up to {@code count} members with the lowest scores. Answers them, lowest first. */
    public static Command<List<ScoredMember<byte[]>>> zpopMinBytes(String key, long count) {
        return new Command<>(ZPOPMIN, Pairs.SCORED_BYTES, key, Long.toString(count));
    }

    /** {@code ZPOPMIN}: removes up to {@code count} members with the lowest scores. Answers them, lowest first. */
    public static Command<List<ScoredMember<byte[]>>> zpopMin(byte[] key, long count) {
        return new Command<>(ZPOPMIN, Pairs.SCORED_BYTES, key, Long.toString(count));
    }

    /** {@code ZPOPMAX}: removes the member with the highest score. Answers it, or null where there is none. */
    public static Command<ScoredMember<String>> zpopMax(String key) {
        return new Command<>(ZPOPMAX, FIRST, key);
    }

    /** {@code ZPOPMAX}: removes the member with the highest score. Answers it, or null where there is none. */
    public static Command<ScoredMember<byte[]>> zpopMaxBytes(String key) {
        return new Command<>(ZPOPMAX, FIRST_BYTES, key);
    }

    /** {@code ZPOPMAX}: removes the member with the highest score. Answers it, or null where there is none. */
    public static Command<ScoredMember<byte[]>> zpopMax(byte[] key) {
        return new Command<>(ZPOPMAX, FIRST_BYTES, key);
    }

    /** {@code ZPOPMAX}: removes up to {@code count} members with the highest scores. Answers them, highest first. */
    public static Command<List<ScoredMember<String>>> zpopMax(String key, long count) {
        return new Command<>(ZPOPMAX, Pairs.SCORED, key, Long.toString(count));
    }

    /** {@code ZPOPMAX}: removes up to {@code count} members with the highest scores. Answers them, highest first. */
    public static Command<List<ScoredMember<byte[]>>> zpopMaxBytes(String key, long count) {
        return new Command<>(ZPOPMAX, Pairs.SCORED_BYTES, key, Long.toString(count));
    }

    /** {@code ZPOPMAX}: removes up to {@code count} members with the highest scores. Answers them, highest first. */
    public static Command<List<ScoredMember<byte[]>>> zpopMax(byte[] key, long count) {
        return new Command<>(ZPOPMAX, Pairs.SCORED_BYTES, key, Long.toString(count));
    }

    /**
     * {@code ZMPOP}: removes up to {@code count} members from one end of the first of these sets that is not empty.
     * Answers the key with the members, or null where all are empty. From Redis 7.
     *
     * @throws IllegalArgumentException if no key is named or the count is below 1
     */
    public static Command<Popped<List<ScoredMember<String>>>> zmpop(ScoreEnd end, long count, String... keys) {
        return new Command<>(ZMPOP, POPPED_LIST, popFrom(ZMPOP, null, end, count, keys));
    }

    /**
     * {@code ZMPOP}: as {@link #zmpop(ScoreEnd, long, String...)}, with the members as bytes. From Redis 7.
     *
     * @throws IllegalArgumentException if no key is named or the count is below 1
     */
    public static Command<Popped<List<ScoredMember<byte[]>>>> zmpopBytes(ScoreEnd end, long count, String... keys) {
        return new Command<>(ZMPOP, POPPED_LIST_BYTES, popFrom(ZMPOP, null, end, count, keys));
    }

    /**
     * {@code ZMPOP}: as {@link #zmpop(ScoreEnd, long, String...)}, with key and members as bytes. From Redis 7.
     *
     * @throws IllegalArgumentException if no key is named or the count is below 1
     */
    public static Command<PoppedBytes<List<ScoredMember<byte[]>>>> zmpop(ScoreEnd end, long count, byte[]... keys) {
        return new Command<>(ZMPOP, POPPED_LIST_OF_BYTES, popFrom(ZMPOP, null, end, count, keys));
    }

    /**
     * {@code BZPOPMIN}: as {@link #zpopMin(String)} on the first of these sets that is not empty; waits for one.
     * Answers the key with the member, or null when the timeout is over; zero waits without limit.
     *
     * @throws IllegalArgumentException if no key is named or the timeout is negative
     */
    public static Command<Popped<ScoredMember<String>>> bzpopMin(Duration timeout, String... keys) {
        return new Command<>(BZPOPMIN, POPPED, waitFor(BZPOPMIN, timeout, keys));
    }

    /**
     * {@code BZPOPMIN}: as {@link #bzpopMin(Duration, String...)}, with the member as bytes.
     *
     * @throws IllegalArgumentException if no key is named or the timeout is negative
     */
    public static Command<Popped<ScoredMember<byte[]>>> bzpopMinBytes(Duration timeout, String... keys) {
        return new Command<>(BZPOPMIN, POPPED_BYTES, waitFor(BZPOPMIN, timeout, keys));
    }

    /**
     * {@code BZPOPMIN}: as {@link #bzpopMin(Duration, String...)}, with key and member as bytes.
     *
     * @throws IllegalArgumentException if no key is named or the timeout is negative
     */
    public static Command<PoppedBytes<ScoredMember<byte[]>>> bzpopMin(Duration timeout, byte[]... keys) {
        return new Command<>(BZPOPMIN, POPPED_OF_BYTES, waitFor(BZPOPMIN, timeout, keys));
    }

    /**
     * {@code BZPOPMAX}: as {@link #zpopMax(String)} on the first of these sets that is not empty; waits for one.
     * Answers the key with the member, or null when the timeout is over; zero waits without limit.
     *
     * @throws IllegalArgumentException if no key is named or the timeout is negative
     */
    public static Command<Popped<ScoredMember<String>>> bzpopMax(Duration timeout, String... keys) {
        return new Command<>(BZPOPMAX, POPPED, waitFor(BZPOPMAX, timeout, keys));
    }

    /**
     * {@code BZPOPMAX}: as {@link #bzpopMax(Duration, String...)}, with the member as bytes.
     *
     * @throws IllegalArgumentException if no key is named or the timeout is negative
     */
    public static Command<Popped<ScoredMember<byte[]>>> bzpopMaxBytes(Duration timeout, String... keys) {
        return new Command<>(BZPOPMAX, POPPED_BYTES, waitFor(BZPOPMAX, timeout, keys));
    }

    /**
     * {@code BZPOPMAX}: as {@link #bzpopMax(Duration, String...)}, with key and member as bytes.
     *
     * @throws IllegalArgumentException if no key is named or the timeout is negative
     */
    public static Command<PoppedBytes<ScoredMember<byte[]>>> bzpopMax(Duration timeout, byte[]... keys) {
        return new Command<>(BZPOPMAX, POPPED_OF_BYTES, waitFor(BZPOPMAX, timeout, keys));
    }

    /**
     * {@code BZMPOP}: as {@link #zmpop(ScoreEnd, long, String...)}; waits for a set that is not empty. Null when the
     * timeout is over; zero waits without limit. From Redis 7.
     *
     * @throws IllegalArgumentException if no key is named, the count is below 1 or the timeout is negative
     */
    public static Command<Popped<List<ScoredMember<String>>>> bzmpop(
            Duration timeout, ScoreEnd end, long count, String... keys) {
        return new Command<>(BZMPOP, POPPED_LIST, popFrom(BZMPOP, timeout, end, count, keys));
    }

    /**
     * {@code BZMPOP}: as {@link #bzmpop(Duration, ScoreEnd, long, String...)}, with the members as bytes. From Redis 7.
     *
     * @throws IllegalArgumentException if no key is named, the count is below 1 or the timeout is negative
     */
    public static Command<Popped<List<ScoredMember<byte[]>>>> bzmpopBytes(
            Duration timeout, ScoreEnd end, long count, String... keys) {
        return new Command<>(BZMPOP, POPPED_LIST_BYTES, popFrom(BZMPOP, timeout, end, count, keys));
    }

    /**
     * {@code BZMPOP}: as {@link #bzmpop(Duration, ScoreEnd, long, String...)}, with key and members as bytes. From
     * Redis 7.
     *
     * @throws IllegalArgumentException if no key is named, the count is below 1 or the timeout is negative
     */
    public static Command<PoppedBytes<List<ScoredMember<byte[]>>>> bzmpop(
            Duration timeout, ScoreEnd end, long count, byte[]... keys) {
        return new Command<>(BZMPOP, POPPED_LIST_OF_BYTES, popFrom(BZMPOP, timeout, end, count, keys));
    }

    private static Object[] waitFor(Verb verb, Duration timeout, Object[] keys) {
        Arguments.requireSome(keys.length, verb.name(), "key");
        return Arguments.withCapacity(1 + keys.length)
                .addAll(keys)
                .add(Milliseconds.timeout(timeout))
                .toArray();
    }

    private static Object[] popFrom(Verb verb, @Nullable Duration timeout, ScoreEnd end, long count, Object[] keys) {
        Arguments.requireSome(keys.length, verb.name(), "key");
        if (count < 1) {
            throw new IllegalArgumentException(verb.name() + " takes a count of at least 1, not " + count);
        }
        Arguments arguments = Arguments.withCapacity(5 + keys.length);
        if (timeout != null) {
            arguments.add(Milliseconds.timeout(timeout));
        }
        return arguments
                .add(keys.length)
                .addAll(keys)
                .add(end.name())
                .add("COUNT")
                .add(count)
                .toArray();
    }

    /** BZPOPMIN and BZPOPMAX answer key, member and score in one flat array, in both protocols. */
    private static <K, M, P> Decoder<P> popped(
            Decoder<K> key, Decoder<M> member, BiFunction<K, ScoredMember<M>, P> pair) {
        return reply -> reply.nullable(() -> {
            Pairs.enter(reply, 3);
            K from = Pairs.present(key.decode(reply), reply);
            M taken = Pairs.present(member.decode(reply), reply);
            return pair.apply(from, new ScoredMember<>(taken, reply.readDouble()));
        });
    }
}
