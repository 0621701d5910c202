package dev.millrace.command;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Commands on hashes. Those that concern the life time of single fields are in {@link HashExpiry}.
 *
 * <p>Fields and values are text, or bytes throughout; {@code …Bytes} reads or writes values as bytes under fields that
 * are text. What several fields answer stands in the order they were asked for.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=hash">Redis: hashes</a>
 */
public final class Hashes {
    private static final Verb HSET = Verb.write("HSET");
    private static final Verb HSETNX = Verb.write("HSETNX");
    private static final Verb HGET = Verb.read("HGET");
    private static final Verb HMGET = Verb.read("HMGET");
    private static final Verb HGETALL = Verb.read("HGETALL");
    private static final Verb HDEL = Verb.write("HDEL");
    private static final Verb HEXISTS = Verb.read("HEXISTS");
    private static final Verb HKEYS = Verb.read("HKEYS");
    private static final Verb HVALS = Verb.read("HVALS");
    private static final Verb HLEN = Verb.read("HLEN");
    private static final Verb HSTRLEN = Verb.read("HSTRLEN");
    private static final Verb HINCRBY = Verb.write("HINCRBY");
    private static final Verb HINCRBYFLOAT = Verb.write("HINCRBYFLOAT");
    private static final Verb HRANDFIELD = Verb.read("HRANDFIELD");
    private static final Verb HSCAN = Verb.read("HSCAN");

    private Hashes() {}

    /** {@code HSET}: stores the field, whatever was there before. Answers 1 where it is new, else 0. */
    public static Command<Long> hset(String key, String field, String value) {
        return new Command<>(HSET, Decoders.LONG, key, field, value);
    }

    /** {@code HSET}: stores bytes in the field, whatever was there before. Answers 1 where it is new, else 0. */
    public static Command<Long> hset(String key, String field, byte[] value) {
        return new Command<>(HSET, Decoders.LONG, key, field, value);
    }

    /** {@code HSET}: stores the field, whatever was there before. Answers 1 where it is new, else 0. */
    public static Command<Long> hset(byte[] key, byte[] field, byte[] value) {
        return new Command<>(HSET, Decoders.LONG, key, field, value);
    }

    /**
     * {@code HSET}: stores all these fields, in the map's order. Answers how many of them are new.
     *
     * @throws IllegalArgumentException if the map is empty
     */
    public static Command<Long> hset(String key, Map<String, String> values) {
        return hsetAll(key, values);
    }

    /**
     * {@code HSET}: stores all these fields, in the map's order. Answers how many of them are new.
     *
     * @throws IllegalArgumentException if the map is empty
     */
    public static Command<Long> hsetBytes(String key, Map<String, byte[]> values) {
        return hsetAll(key, values);
    }

    /**
     * {@code HSET}: stores all these fields, in the map's order. Answers how many of them are new.
     *
     * @throws IllegalArgumentException if the map is empty
     */
    public static Command<Long> hset(byte[] key, Map<byte[], byte[]> values) {
        return hsetAll(key, values);
    }

    /** {@code HSETNX}: stores the field where it does not exist yet. Answers whether it did. */
    public static Command<Boolean> hsetNx(String key, String field, String value) {
        return new Command<>(HSETNX, Decoders.BOOLEAN, key, field, value);
    }

    /** {@code HSETNX}: stores bytes in the field where it does not exist yet. Answers whether it did. */
    public static Command<Boolean> hsetNx(String key, String field, byte[] value) {
        return new Command<>(HSETNX, Decoders.BOOLEAN, key, field, value);
    }

    /** {@code HSETNX}: stores the field where it does not exist yet. Answers whether it did. */
    public static Command<Boolean> hsetNx(byte[] key, byte[] field, byte[] value) {
        return new Command<>(HSETNX, Decoders.BOOLEAN, key, field, value);
    }

    /** {@code HGET}: the field's value, or null where the key or the field does not exist. */
    public static Command<String> hget(String key, String field) {
        return new Command<>(HGET, Decoders.TEXT, key, field);
    }

    /** {@code HGET}: the field's bytes, or null where the key or the field does not exist. */
    public static Command<byte[]> hgetBytes(String key, String field) {
        return new Command<>(HGET, Decoders.BYTES, key, field);
    }

    /** {@code HGET}: the field's bytes, or null where the key or the field does not exist. */
    public static Command<byte[]> hget(byte[] key, byte[] field) {
        return new Command<>(HGET, Decoders.BYTES, key, field);
    }

    /**
     * {@code HMGET}: the values of the fields, null for those that do not exist.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<String>> hmget(String key, String... fields) {
        return new Command<>(HMGET, Decoders.TEXTS, Arguments.some(HMGET, key, "field", fields));
    }

    /**
     * {@code HMGET}: the values of the fields, null for those that do not exist.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<String>> hmget(String key, Collection<String> fields) {
        return new Command<>(HMGET, Decoders.TEXTS, Arguments.some(HMGET, key, "field", fields));
    }

    /**
     * {@code HMGET}: the bytes of the fields, null for those that do not exist.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<byte[]>> hmgetBytes(String key, String... fields) {
        return new Command<>(HMGET, Decoders.BYTE_ARRAYS, Arguments.some(HMGET, key, "field", fields));
    }

    /**
     * {@code HMGET}: the bytes of the fields, null for those that do not exist.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<byte[]>> hmgetBytes(String key, Collection<String> fields) {
        return new Command<>(HMGET, Decoders.BYTE_ARRAYS, Arguments.some(HMGET, key, "field", fields));
    }

    /**
     * {@code HMGET}: the bytes of the fields, null for those that do not exist.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<byte[]>> hmget(byte[] key, byte[]... fields) {
        return new Command<>(HMGET, Decoders.BYTE_ARRAYS, Arguments.some(HMGET, key, "field", fields));
    }

    /** {@code HGETALL}: every field with its value; empty where the key does not exist. */
    public static Command<Map<String, String>> hgetAll(String key) {
        return new Command<>(HGETALL, Decoders.TEXT_MAP, key);
    }

    /** {@code HGETALL}: every field with its bytes; empty where the key does not exist. */
    public static Command<Map<String, byte[]>> hgetAllBytes(String key) {
        return new Command<>(HGETALL, Decoders.BYTES_MAP, key);
    }

    /**
     * {@code HGETALL}: every field with its value, in wire order; empty where the key does not exist. A list and no
     * map, for arrays can't be looked up by what they hold.
     */
    public static Command<List<Map.Entry<byte[], byte[]>>> hgetAll(byte[] key) {
        return new Command<>(HGETALL, Pairs.BYTES_BYTES_ENTRIES, key);
    }

    /**
     * {@code HDEL}: removes the fields, and the key with its last one. Answers how many there were.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<Long> hdel(String key, String... fields) {
        return new Command<>(HDEL, Decoders.LONG, Arguments.some(HDEL, key, "field", fields));
    }

    /**
     * {@code HDEL}: removes the fields, and the key with its last one. Answers how many there were.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<Long> hdel(String key, Collection<String> fields) {
        return new Command<>(HDEL, Decoders.LONG, Arguments.some(HDEL, key, "field", fields));
    }

    /**
     * {@code HDEL}: removes the fields, and the key with its last one. Answers how many there were.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<Long> hdel(byte[] key, byte[]... fields) {
        return new Command<>(HDEL, Decoders.LONG, Arguments.some(HDEL, key, "field", fields));
    }

    /** {@code HEXISTS}: whether the hash has the field. */
    public static Command<Boolean> hexists(String key, String field) {
        return new Command<>(HEXISTS, Decoders.BOOLEAN, key, field);
    }

    /** {@code HEXISTS}: whether the hash has the field. */
    public static Command<Boolean> hexists(byte[] key, byte[] field) {
        return new Command<>(HEXISTS, Decoders.BOOLEAN, key, field);
    }

    /** {@code HKEYS}: the names of all fields; empty where the key does not exist. */
    public static Command<Set<String>> hkeys(String key) {
        return new Command<>(HKEYS, Decoders.TEXT_SET, key);
    }

    /** {@code HKEYS}: the names of all fields, each once; empty where the key does not exist. */
    public static Command<List<byte[]>> hkeys(byte[] key) {
        return new Command<>(HKEYS, Decoders.BYTE_ARRAYS, key);
    }

    /** {@code HVALS}: the values of all fields; empty where the key does not exist. */
    public static Command<List<String>> hvals(String key) {
        return new Command<>(HVALS, Decoders.TEXTS, key);
    }

    /** {@code HVALS}: the bytes of all fields; empty where the key does not exist. */
    public static Command<List<byte[]>> hvalsBytes(String key) {
        return new Command<>(HVALS, Decoders.BYTE_ARRAYS, key);
    }

    /** {@code HVALS}: the bytes of all fields; empty where the key does not exist. */
    public static Command<List<byte[]>> hvals(byte[] key) {
        return new Command<>(HVALS, Decoders.BYTE_ARRAYS, key);
    }

    /** {@code HLEN}: how many fields the hash has; 0 where the key does not exist. */
    public static Command<Long> hlen(String key) {
        return new Command<>(HLEN, Decoders.LONG, key);
    }

    /** {@code HLEN}: how many fields the hash has; 0 where the key does not exist. */
    public static Command<Long> hlen(byte[] key) {
        return new Command<>(HLEN, Decoders.LONG, key);
    }

    /** {@code HSTRLEN}: how many bytes the field's value has; 0 where it does not exist. */
    public static Command<Long> hstrLen(String key, String field) {
        return new Command<>(HSTRLEN, Decoders.LONG, key, field);
    }

    /** {@code HSTRLEN}: how many bytes the field's value has; 0 where it does not exist. */
    public static Command<Long> hstrLen(byte[] key, byte[] field) {
        return new Command<>(HSTRLEN, Decoders.LONG, key, field);
    }

    /** {@code HINCRBY}: adds to the integer in the field, which begins at 0. Answers the sum. */
    public static Command<Long> hincrBy(String key, String field, long amount) {
        return new Command<>(HINCRBY, Decoders.LONG, key, field, Long.toString(amount));
    }

    /** {@code HINCRBY}: adds to the integer in the field, which begins at 0. Answers the sum. */
    public static Command<Long> hincrBy(byte[] key, byte[] field, long amount) {
        return new Command<>(HINCRBY, Decoders.LONG, key, field, Long.toString(amount));
    }

    /**
     * {@code HINCRBYFLOAT}: adds to the number in the field, which begins at 0. Answers the sum.
     *
     * @throws IllegalArgumentException if the amount is NaN
     */
    public static Command<Double> hincrByFloat(String key, String field, double amount) {
        return new Command<>(HINCRBYFLOAT, Decoders.DOUBLE, key, field, Arguments.text(amount));
    }

    /**
     * {@code HINCRBYFLOAT}: adds to the number in the field, which begins at 0. Answers the sum.
     *
     * @throws IllegalArgumentException if the amount is NaN
     */
    public static Command<Double> hincrByFloat(byte[] key, byte[] field, double amount) {
        return new Command<>(HINCRBYFLOAT, Decoders.DOUBLE, key, field, Arguments.text(amount));
    }

    /** {@code HRANDFIELD}: the name of a field picked at random, or null where the key does not exist. */
    public static Command<String> hrandField(String key) {
        return new Command<>(HRANDFIELD, Decoders.TEXT, key);
    }

    /** {@code HRANDFIELD}: the name of a field picked at random, or null where the key does not exist. */
    public static Command<byte[]> hrandField(byte[] key) {
        return new Command<>(HRANDFIELD, Decoders.BYTES, key);
    }

    /**
     * {@code HRANDFIELD}: the names of up to {@code count} different fields picked at random; where the count is
     * negative, of exactly {@code -count} fields, among which the same may come again. Empty where the key does not
     * exist.
     */
    public static Command<List<String>> hrandField(String key, long count) {
        return new Command<>(HRANDFIELD, Decoders.TEXTS, key, Long.toString(count));
    }

    /** {@code HRANDFIELD}: as {@link #hrandField(String, long)}, in bytes. */
    public static Command<List<byte[]>> hrandField(byte[] key, long count) {
        return new Command<>(HRANDFIELD, Decoders.BYTE_ARRAYS, key, Long.toString(count));
    }

    /** {@code HRANDFIELD … WITHVALUES}: as {@link #hrandField(String, long)}, each field with its value. */
    public static Command<List<Map.Entry<String, String>>> hrandFieldWithValues(String key, long count) {
        return new Command<>(HRANDFIELD, Pairs.TEXT_ENTRIES, key, Long.toString(count), "WITHVALUES");
    }

    /** {@code HRANDFIELD … WITHVALUES}: as {@link #hrandField(String, long)}, each field with its bytes. */
    public static Command<List<Map.Entry<String, byte[]>>> hrandFieldWithValuesBytes(String key, long count) {
        return new Command<>(HRANDFIELD, Pairs.BYTES_ENTRIES, key, Long.toString(count), "WITHVALUES");
    }

    /** {@code HRANDFIELD … WITHVALUES}: as {@link #hrandField(String, long)}, each field with its value, in bytes. */
    public static Command<List<Map.Entry<byte[], byte[]>>> hrandFieldWithValues(byte[] key, long count) {
        return new Command<>(HRANDFIELD, Pairs.BYTES_BYTES_ENTRIES, key, Long.toString(count), "WITHVALUES");
    }

    /**
     * {@code HSCAN}: a walk over the fields with their values, page by page.
     *
     * @throws IllegalArgumentException if the options name a type of key
     */
    public static Scan<Map.Entry<String, String>> hscan(String key, ScanOptions options) {
        return Scan.ofKey(HSCAN, key, options, Pairs.TEXT_ENTRIES);
    }

    /**
     * {@code HSCAN}: a walk over the fields with their bytes, page by page.
     *
     * @throws IllegalArgumentException if the options name a type of key
     */
    public static Scan<Map.Entry<String, byte[]>> hscanBytes(String key, ScanOptions options) {
        return Scan.ofKey(HSCAN, key, options, Pairs.BYTES_ENTRIES);
    }

    /**
     * {@code HSCAN}: a walk over the fields with their values, page by page.
     *
     * @throws IllegalArgumentException if the options name a type of key
     */
    public static Scan<Map.Entry<byte[], byte[]>> hscan(byte[] key, ScanOptions options) {
        return Scan.ofKey(HSCAN, key, options, Pairs.BYTES_BYTES_ENTRIES);
    }

    private static Command<Long> hsetAll(Object key, Map<?, ?> values) {
        Arguments.requireSome(values.size(), "HSET", "field");
        Arguments arguments = Arguments.withCapacity(1 + 2 * values.size()).addRaw(key);
        values.forEach((field, value) -> arguments.addRaw(field).addRaw(value));
        return new Command<>(HSET, Decoders.LONG, arguments.toArray());
    }
}
