package dev.millrace.command;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Commands on strings. Offsets and lengths are in bytes.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=string">Redis: strings</a>
 */
public final class Strings {
    private static final Verb APPEND = Verb.write("APPEND");
    private static final Verb DECR = Verb.write("DECR");
    private static final Verb DECRBY = Verb.write("DECRBY");
    private static final Verb DELEX = Verb.write("DELEX");
    private static final Verb DELIFEQ = Verb.write("DELIFEQ");
    private static final Verb DIGEST = Verb.read("DIGEST");
    private static final Verb GET = Verb.read("GET");
    private static final Verb GETDEL = Verb.write("GETDEL");
    private static final Verb GETEX = Verb.write("GETEX");
    private static final Verb GETRANGE = Verb.read("GETRANGE");
    private static final Verb GETSET = Verb.write("GETSET");
    private static final Verb INCR = Verb.write("INCR");
    private static final Verb INCRBY = Verb.write("INCRBY");
    private static final Verb INCRBYFLOAT = Verb.write("INCRBYFLOAT");
    private static final Verb LCS = Verb.read("LCS").keys(KeyPositions.FIRST_TWO);
    private static final Verb MGET = Verb.read("MGET").keys(KeyPositions.ALL).divided(Merge.KEY_ORDER);
    private static final Verb MSET =
            Verb.write("MSET").keys(KeyPositions.EVERY_SECOND).divided(Merge.FIRST);
    private static final Verb MSETEX = Verb.write("MSETEX").keys(KeyPositions.countedPairsAt(0));
    private static final Verb MSETNX = Verb.write("MSETNX").keys(KeyPositions.EVERY_SECOND);
    private static final Verb PSETEX = Verb.write("PSETEX");
    private static final Verb SET = Verb.write("SET");
    private static final Verb SETEX = Verb.write("SETEX");
    private static final Verb SETNX = Verb.write("SETNX");
    private static final Verb SETRANGE = Verb.write("SETRANGE");
    private static final Verb STRLEN = Verb.read("STRLEN");

    private Strings() {}

    /** {@code GET}: the value, or null where the key does not exist. */
    public static Command<String> get(String key) {
        return new Command<>(GET, Decoders.TEXT, key);
    }

    /** {@code GET}: the value's bytes, or null where the key does not exist. */
    public static Command<byte[]> getBytes(String key) {
        return new Command<>(GET, Decoders.BYTES, key);
    }

    /** {@code GET}: the value's bytes, or null where the key does not exist. */
    public static Command<byte[]> get(byte[] key) {
        return new Command<>(GET, Decoders.BYTES, key);
    }

    /** {@code SET}: stores the value, whatever was there before. Answers OK. */
    public static Command<String> set(String key, String value) {
        return new Command<>(SET, Decoders.OK, key, value);
    }

    /** {@code SET}: stores the bytes, whatever was there before. Answers OK. */
    public static Command<String> set(String key, byte[] value) {
        return new Command<>(SET, Decoders.OK, key, value);
    }

    /** {@code SET}: stores the bytes, whatever was there before. Answers OK. */
    public static Command<String> set(byte[] key, byte[] value) {
        return new Command<>(SET, Decoders.OK, key, value);
    }

    /** {@code SET} with options: whether the value was stored, false where a condition did not hold. */
    public static Command<Boolean> set(String key, String value, SetOptions options) {
        return new Command<>(SET, Decoders.BOOLEAN, setArguments(key, value, options, false));
    }

    /** {@code SET} with options: whether the bytes were stored, false where a condition did not hold. */
    public static Command<Boolean> set(String key, byte[] value, SetOptions options) {
        return new Command<>(SET, Decoders.BOOLEAN, setArguments(key, value, options, false));
    }

    /** {@code SET} with options: whether the bytes were stored, false where a condition did not hold. */
    public static Command<Boolean> set(byte[] key, byte[] value, SetOptions options) {
        return new Command<>(SET, Decoders.BOOLEAN, setArguments(key, value, options, false));
    }

    /**
     * {@code SET} with {@code GET}: the value before, or null where there was none, whether or not a condition let the
     * new one be stored. A condition beside it needs Redis 7.
     */
    public static Command<String> setGet(String key, String value, SetOptions options) {
        return new Command<>(SET, Decoders.TEXT, setArguments(key, value, options, true));
    }

    /** {@code SET} with {@code GET}, as {@link #setGet(String, String, SetOptions)}, in bytes. */
    public static Command<byte[]> setGetBytes(String key, byte[] value, SetOptions options) {
        return new Command<>(SET, Decoders.BYTES, setArguments(key, value, options, true));
    }

    /** {@code SET} with {@code GET}, as {@link #setGet(String, String, SetOptions)}, in bytes. */
    public static Command<byte[]> setGet(byte[] key, byte[] value, SetOptions options) {
        return new Command<>(SET, Decoders.BYTES, setArguments(key, value, options, true));
    }

    /** {@code SETNX}: stores the value where there is none yet; whether it did. */
    public static Command<Boolean> setNx(String key, String value) {
        return new Command<>(SETNX, Decoders.BOOLEAN, key, value);
    }

    /** {@code SETNX}: stores the bytes where there is no value yet; whether it did. */
    public static Command<Boolean> setNx(String key, byte[] value) {
        return new Command<>(SETNX, Decoders.BOOLEAN, key, value);
    }

    /** {@code SETNX}: stores the bytes where there is no value yet; whether it did. */
    public static Command<Boolean> setNx(byte[] key, byte[] value) {
        return new Command<>(SETNX, Decoders.BOOLEAN, key, value);
    }

    /**
     * {@code SETEX}, or {@code PSETEX} for a duration that is not of whole seconds: stores a value that expires.
     * Answers OK.
     *
     * @throws IllegalArgumentException if the duration is shorter than 1 ms
     */
    public static Command<String> setEx(String key, Duration duration, String value) {
        return setExpiring(key, duration, value);
    }

    /** {@code SETEX} or {@code PSETEX} with bytes, as {@link #setEx(String, Duration, String)}. Answers OK. */
    public static Command<String> setEx(String key, Duration duration, byte[] value) {
        return setExpiring(key, duration, value);
    }

    /** {@code SETEX} or {@code PSETEX} with bytes, as {@link #setEx(String, Duration, String)}. Answers OK. */
    public static Command<String> setEx(byte[] key, Duration duration, byte[] value) {
        return setExpiring(key, duration, value);
    }

    /** {@code GETSET}: stores the value; what was there before, or null where there was nothing. */
    public static Command<String> getSet(String key, String value) {
        return new Command<>(GETSET, Decoders.TEXT, key, value);
    }

    /** {@code GETSET}: stores the bytes; what was there before, or null where there was nothing. */
    public static Command<byte[]> getSetBytes(String key, byte[] value) {
        return new Command<>(GETSET, Decoders.BYTES, key, value);
    }

    /** {@code GETSET}: stores the bytes; what was there before, or null where there was nothing. */
    public static Command<byte[]> getSet(byte[] key, byte[] value) {
        return new Command<>(GETSET, Decoders.BYTES, key, value);
    }

    /** {@code GETDEL}: removes the key; its value, or null where it does not exist. */
    public static Command<String> getDel(String key) {
        return new Command<>(GETDEL, Decoders.TEXT, key);
    }

    /** {@code GETDEL}: removes the key; its value's bytes, or null where it does not exist. */
    public static Command<byte[]> getDelBytes(String key) {
        return new Command<>(GETDEL, Decoders.BYTES, key);
    }

    /** {@code GETDEL}: removes the key; its value's bytes, or null where it does not exist. */
    public static Command<byte[]> getDel(byte[] key) {
        return new Command<>(GETDEL, Decoders.BYTES, key);
    }

    /** {@code GETEX}: the value, which expires as said from now on; null where the key does not exist. */
    public static Command<String> getEx(String key, Expiry expiry) {
        return new Command<>(GETEX, Decoders.TEXT, expiring(key, expiry));
    }

    /** {@code GETEX}: the value's bytes, as {@link #getEx(String, Expiry)}. */
    public static Command<byte[]> getExBytes(String key, Expiry expiry) {
        return new Command<>(GETEX, Decoders.BYTES, expiring(key, expiry));
    }

    /** {@code GETEX}: the value's bytes, as {@link #getEx(String, Expiry)}. */
    public static Command<byte[]> getEx(byte[] key, Expiry expiry) {
        return new Command<>(GETEX, Decoders.BYTES, expiring(key, expiry));
    }

    /**
     * {@code GETRANGE}: the bytes from {@code start} to {@code end}, both included, as text; negative offsets count
     * from the end, -1 being the last. Empty where the key does not exist.
     */
    public static Command<String> getRange(String key, long start, long end) {
        return new Command<>(GETRANGE, Decoders.TEXT, key, Long.toString(start), Long.toString(end));
    }

    /** {@code GETRANGE}: bytes, as {@link #getRange(String, long, long)}. */
    public static Command<byte[]> getRangeBytes(String key, long start, long end) {
        return new Command<>(GETRANGE, Decoders.BYTES, key, Long.toString(start), Long.toString(end));
    }

    /** {@code GETRANGE}: bytes, as {@link #getRange(String, long, long)}. */
    public static Command<byte[]> getRange(byte[] key, long start, long end) {
        return new Command<>(GETRANGE, Decoders.BYTES, key, Long.toString(start), Long.toString(end));
    }

    /** {@code SETRANGE}: writes over the value from an offset on, filling a gap with zero bytes; the length after. */
    public static Command<Long> setRange(String key, long offset, String value) {
        return new Command<>(SETRANGE, Decoders.LONG, key, Long.toString(offset), value);
    }

    /** {@code SETRANGE}: bytes, as {@link #setRange(String, long, String)}. */
    public static Command<Long> setRange(String key, long offset, byte[] value) {
        return new Command<>(SETRANGE, Decoders.LONG, key, Long.toString(offset), value);
    }

    /** {@code SETRANGE}: bytes, as {@link #setRange(String, long, String)}. */
    public static Command<Long> setRange(byte[] key, long offset, byte[] value) {
        return new Command<>(SETRANGE, Decoders.LONG, key, Long.toString(offset), value);
    }

    /** {@code APPEND}: adds to the end of the value, making the key where there is none; the length after. */
    public static Command<Long> append(String key, String value) {
        return new Command<>(APPEND, Decoders.LONG, key, value);
    }

    /** {@code APPEND}: adds bytes to the end of the value, making the key where there is none; the length after. */
    public static Command<Long> append(String key, byte[] value) {
        return new Command<>(APPEND, Decoders.LONG, key, value);
    }

    /** {@code APPEND}: adds bytes to the end of the value, making the key where there is none; the length after. */
    public static Command<Long> append(byte[] key, byte[] value) {
        return new Command<>(APPEND, Decoders.LONG, key, value);
    }

    /** {@code STRLEN}: the length of the value, 0 where the key does not exist. */
    public static Command<Long> strlen(String key) {
        return new Command<>(STRLEN, Decoders.LONG, key);
    }

    /** {@code STRLEN}: the length of the value, 0 where the key does not exist. */
    public static Command<Long> strlen(byte[] key) {
        return new Command<>(STRLEN, Decoders.LONG, key);
    }

    /**
     * {@code MGET}: the values in the order of the keys; null for a key that does not exist or holds no string.
     *
     * @throws IllegalArgumentException if there is no key
     */
    public static Command<List<@Nullable String>> mget(String... keys) {
        return new Command<>(MGET, Decoders.TEXTS, Arguments.some(MGET, "key", keys));
    }

    /** {@code MGET}, as {@link #mget(String...)}. @throws IllegalArgumentException if there is no key */
    public static Command<List<@Nullable String>> mget(Collection<String> keys) {
        return new Command<>(MGET, Decoders.TEXTS, Arguments.some(MGET, "key", keys));
    }

    /** {@code MGET} of bytes, as {@link #mget(String...)}. @throws IllegalArgumentException if there is no key */
    public static Command<List<byte @Nullable []>> mgetBytes(String... keys) {
        return new Command<>(MGET, Decoders.BYTE_ARRAYS, Arguments.some(MGET, "key", keys));
    }

    /** {@code MGET} of bytes, as {@link #mget(String...)}. @throws IllegalArgumentException if there is no key */
    public static Command<List<byte @Nullable []>> mgetBytes(Collection<String> keys) {
        return new Command<>(MGET, Decoders.BYTE_ARRAYS, Arguments.some(MGET, "key", keys));
    }

    /** {@code MGET} of bytes, as {@link #mget(String...)}. @throws IllegalArgumentException if there is no key */
    public static Command<List<byte @Nullable []>> mget(byte[]... keys) {
        return new Command<>(MGET, Decoders.BYTE_ARRAYS, Arguments.some(MGET, "key", keys));
    }

    /** {@code MSET}: stores all values at once. Answers OK. @throws IllegalArgumentException if there is none */
    public static Command<String> mset(Map<String, String> values) {
        return new Command<>(MSET, Decoders.OK, Arguments.pairs(MSET, "key", values));
    }

    /** {@code MSET} of bytes. Answers OK. @throws IllegalArgumentException if there are none */
    public static Command<String> msetBytes(Map<String, byte[]> values) {
        return new Command<>(MSET, Decoders.OK, Arguments.pairs(MSET, "key", values));
    }

    /** {@code MSET}: a key and its value by turns. @throws IllegalArgumentException if there is none or one is alone */
    public static Command<String> mset(byte[]... keysAndValues) {
        return new Command<>(MSET, Decoders.OK, Arguments.pairs(MSET, "key", keysAndValues));
    }

    /**
     * {@code MSETNX}: stores all values, or none where one of the keys exists; whether it did.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Command<Boolean> msetNx(Map<String, String> values) {
        return new Command<>(MSETNX, Decoders.BOOLEAN, Arguments.pairs(MSETNX, "key", values));
    }

    /** {@code MSETNX} of bytes, as {@link #msetNx(Map)}. @throws IllegalArgumentException if there are none */
    public static Command<Boolean> msetNxBytes(Map<String, byte[]> values) {
        return new Command<>(MSETNX, Decoders.BOOLEAN, Arguments.pairs(MSETNX, "key", values));
    }

    /** {@code MSETNX}: a key and its value by turns. @throws IllegalArgumentException if there is none or one is alone */
    public static Command<Boolean> msetNx(byte[]... keysAndValues) {
        return new Command<>(MSETNX, Decoders.BOOLEAN, Arguments.pairs(MSETNX, "key", keysAndValues));
    }

    /**
     * {@code MSETEX}: stores all values with one expiry, or none where a condition does not hold for every key;
     * whether it did. Redis 8.4, Valkey 9.1.
     *
     * @throws IllegalArgumentException if there is none, or the options have a condition on the value
     */
    public static Command<Boolean> msetEx(Map<String, String> values, SetOptions options) {
        return new Command<>(MSETEX, Decoders.BOOLEAN, pairsWithOptions(values, options));
    }

    /** {@code MSETEX} of bytes, as {@link #msetEx(Map, SetOptions)}. */
    public static Command<Boolean> msetExBytes(Map<String, byte[]> values, SetOptions options) {
        return new Command<>(MSETEX, Decoders.BOOLEAN, pairsWithOptions(values, options));
    }

    /** {@code INCR}: the number after one was added. */
    public static Command<Long> incr(String key) {
        return new Command<>(INCR, Decoders.LONG, key);
    }

    /** {@code INCR}: the number after one was added. */
    public static Command<Long> incr(byte[] key) {
        return new Command<>(INCR, Decoders.LONG, key);
    }

    /** {@code INCRBY}: the number after this much was added. */
    public static Command<Long> incrBy(String key, long increment) {
        return new Command<>(INCRBY, Decoders.LONG, key, Long.toString(increment));
    }

    /** {@code INCRBY}: the number after this much was added. */
    public static Command<Long> incrBy(byte[] key, long increment) {
        return new Command<>(INCRBY, Decoders.LONG, key, Long.toString(increment));
    }

    /** {@code INCRBYFLOAT}: the number after this much was added. @throws IllegalArgumentException if that is NaN */
    public static Command<Double> incrByFloat(String key, double increment) {
        return new Command<>(INCRBYFLOAT, Decoders.DOUBLE, key, Arguments.text(increment));
    }

    /** {@code INCRBYFLOAT}: the number after this much was added. @throws IllegalArgumentException if that is NaN */
    public static Command<Double> incrByFloat(byte[] key, double increment) {
        return new Command<>(INCRBYFLOAT, Decoders.DOUBLE, key, Arguments.text(increment));
    }

    /** {@code DECR}: the number after one was taken away. */
    public static Command<Long> decr(String key) {
        return new Command<>(DECR, Decoders.LONG, key);
    }

    /** {@code DECR}: the number after one was taken away. */
    public static Command<Long> decr(byte[] key) {
        return new Command<>(DECR, Decoders.LONG, key);
    }

    /** {@code DECRBY}: the number after this much was taken away. */
    public static Command<Long> decrBy(String key, long decrement) {
        return new Command<>(DECRBY, Decoders.LONG, key, Long.toString(decrement));
    }

    /** {@code DECRBY}: the number after this much was taken away. */
    public static Command<Long> decrBy(byte[] key, long decrement) {
        return new Command<>(DECRBY, Decoders.LONG, key, Long.toString(decrement));
    }

    /** {@code LCS}: the longest common subsequence of two values; Redis 7. A key that does not exist counts as empty. */
    public static Command<String> lcs(String key1, String key2) {
        return new Command<>(LCS, Decoders.TEXT, key1, key2);
    }

    /** {@code LCS}: the longest common subsequence's bytes, as {@link #lcs(String, String)}. */
    public static Command<byte[]> lcsBytes(String key1, String key2) {
        return new Command<>(LCS, Decoders.BYTES, key1, key2);
    }

    /** {@code LCS}: the longest common subsequence's bytes, as {@link #lcs(String, String)}. */
    public static Command<byte[]> lcs(byte[] key1, byte[] key2) {
        return new Command<>(LCS, Decoders.BYTES, key1, key2);
    }

    /** {@code LCS} with {@code LEN}: the length of the longest common subsequence; Redis 7. */
    public static Command<Long> lcsLength(String key1, String key2) {
        return new Command<>(LCS, Decoders.LONG, key1, key2, "LEN");
    }

    /** {@code LCS} with {@code LEN}: the length of the longest common subsequence; Redis 7. */
    public static Command<Long> lcsLength(byte[] key1, byte[] key2) {
        return new Command<>(LCS, Decoders.LONG, key1, key2, "LEN");
    }

    /**
     * {@code LCS} with {@code IDX}: where the longest common subsequence stands in each value; Redis 7.
     *
     * @param minimumLength matches shorter than this, in bytes, are left out; 0 for all
     */
    public static Command<LcsMatches> lcsMatches(String key1, String key2, long minimumLength) {
        return new Command<>(LCS, LcsMatches.DECODER, key1, key2, "IDX", "MINMATCHLEN", Long.toString(minimumLength));
    }

    /** {@code LCS} with {@code IDX}, as {@link #lcsMatches(String, String, long)}. */
    public static Command<LcsMatches> lcsMatches(byte[] key1, byte[] key2, long minimumLength) {
        return new Command<>(LCS, LcsMatches.DECODER, key1, key2, "IDX", "MINMATCHLEN", Long.toString(minimumLength));
    }

    /** {@code DELEX}: removes the key if its string is as asked for; whether it did. Redis 8.4. */
    public static Command<Boolean> delEx(String key, ValueCondition condition) {
        return new Command<>(DELEX, Decoders.BOOLEAN, conditional(key, condition));
    }

    /** {@code DELEX}: removes the key if its string is as asked for; whether it did. Redis 8.4. */
    public static Command<Boolean> delEx(byte[] key, ValueCondition condition) {
        return new Command<>(DELEX, Decoders.BOOLEAN, conditional(key, condition));
    }

    /** {@code DELIFEQ}: removes the key if it holds exactly this; whether it did. Valkey 9. */
    public static Command<Boolean> delIfEq(String key, String value) {
        return new Command<>(DELIFEQ, Decoders.BOOLEAN, key, value);
    }

    /** {@code DELIFEQ}: removes the key if it holds exactly these bytes; whether it did. Valkey 9. */
    public static Command<Boolean> delIfEq(String key, byte[] value) {
        return new Command<>(DELIFEQ, Decoders.BOOLEAN, key, value);
    }

    /** {@code DELIFEQ}: removes the key if it holds exactly these bytes; whether it did. Valkey 9. */
    public static Command<Boolean> delIfEq(byte[] key, byte[] value) {
        return new Command<>(DELIFEQ, Decoders.BOOLEAN, key, value);
    }

    /** {@code DIGEST}: a hash of the value in hex, for {@link ValueCondition}; null where there is no key. Redis 8.4. */
    public static Command<String> digest(String key) {
        return new Command<>(DIGEST, Decoders.TEXT, key);
    }

    /** {@code DIGEST}: a hash of the value in hex, for {@link ValueCondition}; null where there is no key. Redis 8.4. */
    public static Command<String> digest(byte[] key) {
        return new Command<>(DIGEST, Decoders.TEXT, key);
    }

    private static Object[] setArguments(Object key, Object value, SetOptions options, boolean get) {
        // Room for an expiry: with it and nothing else, the array need not be copied.
        Arguments arguments = Arguments.withCapacity(4).addRaw(key).addRaw(value);
        options.addTo(arguments);
        return (get ? arguments.add("GET") : arguments).toArray();
    }

    private static Command<String> setExpiring(Object key, Duration duration, Object value) {
        Expiry.in(duration);
        boolean wholeSeconds = duration.toNanosPart() == 0;
        String time = Long.toString(wholeSeconds ? duration.toSeconds() : duration.toMillis());
        return new Command<>(wholeSeconds ? SETEX : PSETEX, Decoders.OK, key, time, value);
    }

    private static Object[] expiring(Object key, Expiry expiry) {
        return Arguments.of(key).addReadExpiry(expiry).toArray();
    }

    private static Object[] conditional(Object key, ValueCondition condition) {
        Arguments arguments = Arguments.of(key);
        condition.addTo(arguments);
        return arguments.toArray();
    }

    private static Object[] pairsWithOptions(Map<String, ?> values, SetOptions options) {
        if (options.condition() != null) {
            throw new IllegalArgumentException("MSETEX has no condition on values; leave it out of its SetOptions");
        }
        Object[] pairs = Arguments.pairs(MSETEX, "key", values);
        Arguments arguments =
                Arguments.withCapacity(pairs.length + 4).add(pairs.length / 2).addAll(pairs);
        options.addTo(arguments);
        return arguments.toArray();
    }
}
