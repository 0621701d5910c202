package dev.millrace.command;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Unions, intersections and differences of sorted sets. Plain sets may stand among the keys; each of their members has
 * the score 1. In a cluster all keys must have the same slot.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=sorted-set">Redis: sorted sets</a>
 */
public final class SortedSetAlgebra {
    private static final KeyPositions COUNTED = KeyPositions.countedAt(0, false);
    private static final KeyPositions DESTINATION_AND_COUNTED = KeyPositions.countedAt(1, true);
    private static final Verb ZUNION = Verb.read("ZUNION").keys(COUNTED);
    private static final Verb ZINTER = Verb.read("ZINTER").keys(COUNTED);
    private static final Verb ZDIFF = Verb.read("ZDIFF").keys(COUNTED);
    private static final Verb ZINTERCARD = Verb.read("ZINTERCARD").keys(COUNTED);
    private static final Verb ZUNIONSTORE = Verb.write("ZUNIONSTORE").keys(DESTINATION_AND_COUNTED);
    private static final Verb ZINTERSTORE = Verb.write("ZINTERSTORE").keys(DESTINATION_AND_COUNTED);
    private static final Verb ZDIFFSTORE = Verb.write("ZDIFFSTORE").keys(DESTINATION_AND_COUNTED);

    private SortedSetAlgebra() {}

    /**
     * {@code ZUNION}: the members of all these sets, lowest sum of scores first.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<String>> zunion(String... keys) {
        return zunion(ZAggregate.sum(), keys);
    }

    /**
     * {@code ZUNION}: the members of all these sets, lowest sum of scores first.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<byte[]>> zunionBytes(String... keys) {
        return zunionBytes(ZAggregate.sum(), keys);
    }

    /**
     * {@code ZUNION}: the members of all these sets, lowest sum of scores first.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<byte[]>> zunion(byte[]... keys) {
        return zunion(ZAggregate.sum(), keys);
    }

    /**
     * {@code ZUNION}: the members of all these sets, in the order of the scores that the aggregate makes.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<String>> zunion(ZAggregate aggregate, String... keys) {
        return new Command<>(ZUNION, Decoders.TEXTS, combine(ZUNION, null, aggregate, keys));
    }

    /**
     * {@code ZUNION}: the members of all these sets, in the order of the scores that the aggregate makes.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<byte[]>> zunionBytes(ZAggregate aggregate, String... keys) {
        return new Command<>(ZUNION, Decoders.BYTE_ARRAYS, combine(ZUNION, null, aggregate, keys));
    }

    /**
     * {@code ZUNION}: the members of all these sets, in the order of the scores that the aggregate makes.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<byte[]>> zunion(ZAggregate aggregate, byte[]... keys) {
        return new Command<>(ZUNION, Decoders.BYTE_ARRAYS, combine(ZUNION, null, aggregate, keys));
    }

    /**
     * {@code ZUNION … WITHSCORES}: the members of all these sets, with the scores that the aggregate makes, lowest
     * first.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<ScoredMember<String>>> zunionWithScores(ZAggregate aggregate, String... keys) {
        return new Command<>(ZUNION, Pairs.SCORED, combine(ZUNION, "WITHSCORES", aggregate, keys));
    }

    /**
     * {@code ZUNION … WITHSCORES}: the members of all these sets, with the scores that the aggregate makes, lowest
     * first.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<ScoredMember<byte[]>>> zunionWithScoresBytes(ZAggregate aggregate, String... keys) {
        return new Command<>(ZUNION, Pairs.SCORED_BYTES, combine(ZUNION, "WITHSCORES", aggregate, keys));
    }

    /**
     * {@code ZUNION … WITHSCORES}: the members of all these sets, with the scores that the aggregate makes, lowest
     * first.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<ScoredMember<byte[]>>> zunionWithScores(ZAggregate aggregate, byte[]... keys) {
        return new Command<>(ZUNION, Pairs.SCORED_BYTES, combine(ZUNION, "WITHSCORES", aggregate, keys));
    }

    /**
     * {@code ZUNIONSTORE}: stores the union of these sets, over what was there. Answers how many members it has.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<Long> zunionStore(String destination, ZAggregate aggregate, String... keys) {
        return store(ZUNIONSTORE, destination, aggregate, keys);
    }

    /**
     * {@code ZUNIONSTORE}: stores the union of these sets, over what was there. Answers how many members it has.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<Long> zunionStore(String destination, ZAggregate aggregate, Collection<String> keys) {
        return store(ZUNIONSTORE, destination, aggregate, keys.toArray());
    }

    /**
     * {@code ZUNIONSTORE}: stores the union of these sets, over what was there. Answers how many members it has.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<Long> zunionStore(byte[] destination, ZAggregate aggregate, byte[]... keys) {
        return store(ZUNIONSTORE, destination, aggregate, keys);
    }

    /**
     * {@code ZINTER}: the members that stand in each of these sets, lowest sum of scores first.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<String>> zinter(String... keys) {
        return zinter(ZAggregate.sum(), keys);
    }

    /**
     * {@code ZINTER}: the members that stand in each of these sets, lowest sum of scores first.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<byte[]>> zinterBytes(String... keys) {
        return zinterBytes(ZAggregate.sum(), keys);
    }

    /**
     * {@code ZINTER}: the members that stand in each of these sets, lowest sum of scores first.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<byte[]>> zinter(byte[]... keys) {
        return zinter(ZAggregate.sum(), keys);
    }

    /**
     * {@code ZINTER}: the members that stand in each of these sets, in the order of the scores that the aggregate
     * makes.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<String>> zinter(ZAggregate aggregate, String... keys) {
        return new Command<>(ZINTER, Decoders.TEXTS, combine(ZINTER, null, aggregate, keys));
    }

    /**
     * {@code ZINTER}: the members that stand in each of these sets, in the order of the scores that the aggregate
     * makes.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<byte[]>> zinterBytes(ZAggregate aggregate, String... keys) {
        return new Command<>(ZINTER, Decoders.BYTE_ARRAYS, combine(ZINTER, null, aggregate, keys));
    }

    /**
     * {@code ZINTER}: the members that stand in each of these sets, in the order of the scores that the aggregate
     * makes.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<byte[]>> zinter(ZAggregate aggregate, byte[]... keys) {
        return new Command<>(ZINTER, Decoders.BYTE_ARRAYS, combine(ZINTER, null, aggregate, keys));
    }

    /**
     * {@code ZINTER … WITHSCORES}: the members that stand in each of these sets, with the scores that the aggregate
     * makes, lowest first.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<ScoredMember<String>>> zinterWithScores(ZAggregate aggregate, String... keys) {
        return new Command<>(ZINTER, Pairs.SCORED, combine(ZINTER, "WITHSCORES", aggregate, keys));
    }

    /**
     * {@code ZINTER … WITHSCORES}: the members that stand in each of these sets, with the scores that the aggregate
     * makes, lowest first.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<ScoredMember<byte[]>>> zinterWithScoresBytes(ZAggregate aggregate, String... keys) {
        return new Command<>(ZINTER, Pairs.SCORED_BYTES, combine(ZINTER, "WITHSCORES", aggregate, keys));
    }

    /**
     * {@code ZINTER … WITHSCORES}: the members that stand in each of these sets, with the scores that the aggregate
     * makes, lowest first.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<List<ScoredMember<byte[]>>> zinterWithScores(ZAggregate aggregate, byte[]... keys) {
        return new Command<>(ZINTER, Pairs.SCORED_BYTES, combine(ZINTER, "WITHSCORES", aggregate, keys));
    }

    /**
     * {@code ZINTERSTORE}: stores the intersection of these sets, over what was there. Answers how many members it has.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<Long> zinterStore(String destination, ZAggregate aggregate, String... keys) {
        return store(ZINTERSTORE, destination, aggregate, keys);
    }

    /**
     * {@code ZINTERSTORE}: stores the intersection of these sets, over what was there. Answers how many members it has.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<Long> zinterStore(String destination, ZAggregate aggregate, Collection<String> keys) {
        return store(ZINTERSTORE, destination, aggregate, keys.toArray());
    }

    /**
     * {@code ZINTERSTORE}: stores the intersection of these sets, over what was there. Answers how many members it has.
     *
     * @throws IllegalArgumentException if no key is named or the weights are not one for each
     */
    public static Command<Long> zinterStore(byte[] destination, ZAggregate aggregate, byte[]... keys) {
        return store(ZINTERSTORE, destination, aggregate, keys);
    }

    /**
     * {@code ZINTERCARD}: how many members stand in each of these sets. From Redis 7.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<Long> zinterCard(String... keys) {
        return new Command<>(ZINTERCARD, Decoders.LONG, combine(ZINTERCARD, null, null, keys));
    }

    /**
     * {@code ZINTERCARD}: how many members stand in each of these sets. From Redis 7.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<Long> zinterCard(byte[]... keys) {
        return new Command<>(ZINTERCARD, Decoders.LONG, combine(ZINTERCARD, null, null, keys));
    }

    /**
     * {@code ZINTERCARD … LIMIT}: as {@link #zinterCard(String...)}, but the server stops counting at {@code limit}.
     * From Redis 7.
     *
     * @param limit at least 0; 0 is no limit
     * @throws IllegalArgumentException if no key is named or the limit is negative
     */
    public static Command<Long> zinterCard(long limit, String... keys) {
        return zinterCardUpTo(limit, keys);
    }

    /**
     * {@code ZINTERCARD … LIMIT}: as {@link #zinterCard(byte[]...)}, but the server stops counting at {@code limit}.
     * From Redis 7.
     *
     * @param limit at least 0; 0 is no limit
     * @throws IllegalArgumentException if no key is named or the limit is negative
     */
    public static Command<Long> zinterCard(long limit, byte[]... keys) {
        return zinterCardUpTo(limit, keys);
    }

    /**
     * {@code ZDIFF}: the members of the first set that stand in none of the others.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<String>> zdiff(String... keys) {
        return new Command<>(ZDIFF, Decoders.TEXTS, combine(ZDIFF, null, null, keys));
    }

    /**
     * {@code ZDIFF}: the members of the first set that stand in none of the others.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<byte[]>> zdiffBytes(String... keys) {
        return new Command<>(ZDIFF, Decoders.BYTE_ARRAYS, combine(ZDIFF, null, null, keys));
    }

    /**
     * {@code ZDIFF}: the members of the first set that stand in none of the others.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<byte[]>> zdiff(byte[]... keys) {
        return new Command<>(ZDIFF, Decoders.BYTE_ARRAYS, combine(ZDIFF, null, null, keys));
    }

    /**
     * {@code ZDIFF … WITHSCORES}: the members of the first set that stand in none of the others, with their scores.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<ScoredMember<String>>> zdiffWithScores(String... keys) {
        return new Command<>(ZDIFF, Pairs.SCORED, combine(ZDIFF, "WITHSCORES", null, keys));
    }

    /**
     * {@code ZDIFF … WITHSCORES}: the members of the first set that stand in none of the others, with their scores.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<ScoredMember<byte[]>>> zdiffWithScoresBytes(String... keys) {
        return new Command<>(ZDIFF, Pairs.SCORED_BYTES, combine(ZDIFF, "WITHSCORES", null, keys));
    }

    /**
     * {@code ZDIFF … WITHSCORES}: the members of the first set that stand in none of the others, with their scores.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<List<ScoredMember<byte[]>>> zdiffWithScores(byte[]... keys) {
        return new Command<>(ZDIFF, Pairs.SCORED_BYTES, combine(ZDIFF, "WITHSCORES", null, keys));
    }

    /**
     * {@code ZDIFFSTORE}: stores the members of the first set that stand in none of the others, over what was there.
     * Answers how many there are.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<Long> zdiffStore(String destination, String... keys) {
        return store(ZDIFFSTORE, destination, null, keys);
    }

    /**
     * {@code ZDIFFSTORE}: stores the members of the first set that stand in none of the others, over what was there.
     * Answers how many there are.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<Long> zdiffStore(byte[] destination, byte[]... keys) {
        return store(ZDIFFSTORE, destination, null, keys);
    }

    private static Object[] combine(
            Verb verb, @Nullable String withScores, @Nullable ZAggregate aggregate, Object[] keys) {
        Arguments arguments = Arguments.withCapacity(4 + 2 * keys.length);
        addKeys(arguments, verb, aggregate, keys);
        if (withScores != null) {
            arguments.add(withScores);
        }
        return arguments.toArray();
    }

    private static Command<Long> store(Verb verb, Object destination, @Nullable ZAggregate aggregate, Object[] keys) {
        Arguments arguments = Arguments.withCapacity(5 + 2 * keys.length).addRaw(destination);
        addKeys(arguments, verb, aggregate, keys);
        return new Command<>(verb, Decoders.LONG, arguments.toArray());
    }

    private static Command<Long> zinterCardUpTo(long limit, Object[] keys) {
        if (limit < 0) {
            throw new IllegalArgumentException("ZINTERCARD takes a limit of at least 0, not " + limit);
        }
        Arguments arguments = Arguments.withCapacity(3 + keys.length);
        addKeys(arguments, ZINTERCARD, null, keys);
        return new Command<>(
                ZINTERCARD, Decoders.LONG, arguments.add("LIMIT").add(limit).toArray());
    }

    private static void addKeys(Arguments arguments, Verb verb, @Nullable ZAggregate aggregate, Object[] keys) {
        Arguments.requireSome(keys.length, verb.name(), "key");
        arguments.add(keys.length).addAll(keys);
        if (aggregate != null) {
            aggregate.addTo(arguments, keys.length);
        }
    }
}
