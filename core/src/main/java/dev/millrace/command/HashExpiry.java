package dev.millrace.command;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Commands on the life time of a hash's single fields, from Redis 7.4 (those that read or write values at the same
 * time from Redis 8) and Valkey 9; older servers answer that they do not know the command. What is answered for several
 * fields stands in the order they were named.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=hash">Redis: hashes</a>
 */
public final class HashExpiry {
    private static final Verb HEXPIRE = Verb.write("HEXPIRE");
    private static final Verb HPEXPIRE = Verb.write("HPEXPIRE");
    private static final Verb HEXPIREAT = Verb.write("HEXPIREAT");
    private static final Verb HPEXPIREAT = Verb.write("HPEXPIREAT");
    private static final Verb HTTL = Verb.read("HTTL");
    private static final Verb HPTTL = Verb.read("HPTTL");
    private static final Verb HEXPIRETIME = Verb.read("HEXPIRETIME");
    private static final Verb HPEXPIRETIME = Verb.read("HPEXPIRETIME");
    private static final Verb HPERSIST = Verb.write("HPERSIST");
    private static final Verb HGETEX = Verb.write("HGETEX");
    private static final Verb HGETDEL = Verb.write("HGETDEL");
    private static final Verb HSETEX = Verb.write("HSETEX");
    private static final int REMOVED = 1;

    private static final Decoder<List<TimeToLive>> TTL_SECONDS = Decoders.list(TimeToLive.SECONDS);
    private static final Decoder<List<TimeToLive>> TTL_MILLISECONDS = Decoders.list(TimeToLive.MILLISECONDS);
    private static final Decoder<List<ExpireTime>> TIME_SECONDS = Decoders.list(ExpireTime.SECONDS);
    private static final Decoder<List<ExpireTime>> TIME_MILLISECONDS = Decoders.list(ExpireTime.MILLISECONDS);
    private static final Decoder<List<Boolean>> PERSISTED = Decoders.list(reply -> reply.readLong() == REMOVED);

    private HashExpiry() {}

    /**
     * {@code HEXPIRE}, or {@code HPEXPIRE} for a duration that is not of whole seconds: lets the fields expire after
     * this long. Fractions of a millisecond are dropped, and zero deletes the fields.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<FieldExpiry>> hexpire(String key, Duration duration, String... fields) {
        return expiringIn(key, duration, null, fields);
    }

    /**
     * {@code HEXPIRE} or {@code HPEXPIRE}, as {@link #hexpire(String, Duration, String...)}, where the condition holds.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<FieldExpiry>> hexpire(
            String key, Duration duration, ExpireCondition condition, String... fields) {
        return expiringIn(key, duration, condition, fields);
    }

    /**
     * {@code HEXPIRE} or {@code HPEXPIRE}, as {@link #hexpire(String, Duration, String...)}.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<FieldExpiry>> hexpire(byte[] key, Duration duration, byte[]... fields) {
        return expiringIn(key, duration, null, fields);
    }

    /**
     * {@code HEXPIRE} or {@code HPEXPIRE}, as {@link #hexpire(String, Duration, ExpireCondition, String...)}.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<FieldExpiry>> hexpire(
            byte[] key, Duration duration, ExpireCondition condition, byte[]... fields) {
        return expiringIn(key, duration, condition, fields);
    }

    /**
     * {@code HEXPIREAT}, or {@code HPEXPIREAT} for a time that is not of whole seconds: lets the fields expire at this
     * time. One in the past deletes them.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<FieldExpiry>> hexpireAt(String key, Instant instant, String... fields) {
        return expiringAt(key, instant, null, fields);
    }

    /**
     * {@code HEXPIREAT} or {@code HPEXPIREAT}, as {@link #hexpireAt(String, Instant, String...)}, where the condition
     * holds.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<FieldExpiry>> hexpireAt(
            String key, Instant instant, ExpireCondition condition, String... fields) {
        return expiringAt(key, instant, condition, fields);
    }

    /**
     * {@code HEXPIREAT} or {@code HPEXPIREAT}, as {@link #hexpireAt(String, Instant, String...)}.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<FieldExpiry>> hexpireAt(byte[] key, Instant instant, byte[]... fields) {
        return expiringAt(key, instant, null, fields);
    }

    /**
     * {@code HEXPIREAT} or {@code HPEXPIREAT}, as {@link #hexpireAt(String, Instant, ExpireCondition, String...)}.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<FieldExpiry>> hexpireAt(
            byte[] key, Instant instant, ExpireCondition condition, byte[]... fields) {
        return expiringAt(key, instant, condition, fields);
    }

    /**
     * {@code HTTL}: how long each field still lives, rounded to seconds.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<TimeToLive>> httl(String key, String... fields) {
        return new Command<>(HTTL, TTL_SECONDS, fields(Arguments.of(key), HTTL, fields));
    }

    /**
     * {@code HTTL}: how long each field still lives, rounded to seconds.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<TimeToLive>> httl(byte[] key, byte[]... fields) {
        return new Command<>(HTTL, TTL_SECONDS, fields(Arguments.of(key), HTTL, fields));
    }

    /**
     * {@code HPTTL}: how long each field still lives, to the millisecond.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<TimeToLive>> hpttl(String key, String... fields) {
        return new Command<>(HPTTL, TTL_MILLISECONDS, fields(Arguments.of(key), HPTTL, fields));
    }

    /**
     * {@code HPTTL}: how long each field still lives, to the millisecond.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<TimeToLive>> hpttl(byte[] key, byte[]... fields) {
        return new Command<>(HPTTL, TTL_MILLISECONDS, fields(Arguments.of(key), HPTTL, fields));
    }

    /**
     * {@code HEXPIRETIME}: when each field expires, rounded to seconds.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<ExpireTime>> hexpireTime(String key, String... fields) {
        return new Command<>(HEXPIRETIME, TIME_SECONDS, fields(Arguments.of(key), HEXPIRETIME, fields));
    }

    /**
     * {@code HEXPIRETIME}: when each field expires, rounded to seconds.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<ExpireTime>> hexpireTime(byte[] key, byte[]... fields) {
        return new Command<>(HEXPIRETIME, TIME_SECONDS, fields(Arguments.of(key), HEXPIRETIME, fields));
    }

    /**
     * {@code HPEXPIRETIME}: when each field expires, to the millisecond.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<ExpireTime>> hpexpireTime(String key, String... fields) {
        return new Command<>(HPEXPIRETIME, TIME_MILLISECONDS, fields(Arguments.of(key), HPEXPIRETIME, fields));
    }

    /**
     * {@code HPEXPIRETIME}: when each field expires, to the millisecond.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<ExpireTime>> hpexpireTime(byte[] key, byte[]... fields) {
        return new Command<>(HPEXPIRETIME, TIME_MILLISECONDS, fields(Arguments.of(key), HPEXPIRETIME, fields));
    }

    /**
     * {@code HPERSIST}: takes the fields' expiry away. Answers for each whether it had one.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<Boolean>> hpersist(String key, String... fields) {
        return new Command<>(HPERSIST, PERSISTED, fields(Arguments.of(key), HPERSIST, fields));
    }

    /**
     * {@code HPERSIST}: takes the fields' expiry away. Answers for each whether it had one.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<Boolean>> hpersist(byte[] key, byte[]... fields) {
        return new Command<>(HPERSIST, PERSISTED, fields(Arguments.of(key), HPERSIST, fields));
    }

    /**
     * {@code HGETEX}: the values of the fields, null for those that do not exist, while their expiry is set or, by
     * {@link Expiry#never()}, taken away. From Redis 8.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<String>> hgetEx(String key, Expiry expiry, String... fields) {
        return new Command<>(HGETEX, Decoders.TEXTS, fields(Arguments.of(key).addReadExpiry(expiry), HGETEX, fields));
    }

    /**
     * {@code HGETEX}: the values of the fields, null for those that do not exist, while their expiry is set or, by
     * {@link Expiry#never()}, taken away. From Redis 8.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<byte[]>> hgetExBytes(String key, Expiry expiry, String... fields) {
        return new Command<>(
                HGETEX, Decoders.BYTE_ARRAYS, fields(Arguments.of(key).addReadExpiry(expiry), HGETEX, fields));
    }

    /**
     * {@code HGETEX}: the values of the fields, null for those that do not exist, while their expiry is set or, by
     * {@link Expiry#never()}, taken away. From Redis 8.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<byte[]>> hgetEx(byte[] key, Expiry expiry, byte[]... fields) {
        return new Command<>(
                HGETEX, Decoders.BYTE_ARRAYS, fields(Arguments.of(key).addReadExpiry(expiry), HGETEX, fields));
    }

    /**
     * {@code HGETDEL}: removes the fields. Answers their values, null for those that did not exist. From Redis 8.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<String>> hgetDel(String key, String... fields) {
        return new Command<>(HGETDEL, Decoders.TEXTS, fields(Arguments.of(key), HGETDEL, fields));
    }

    /**
     * {@code HGETDEL}: removes the fields. Answers their values, null for those that did not exist. From Redis 8.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<byte[]>> hgetDelBytes(String key, String... fields) {
        return new Command<>(HGETDEL, Decoders.BYTE_ARRAYS, fields(Arguments.of(key), HGETDEL, fields));
    }

    /**
     * {@code HGETDEL}: removes the fields. Answers their values, null for those that did not exist. From Redis 8.
     *
     * @throws IllegalArgumentException if no field is named
     */
    public static Command<List<byte[]>> hgetDel(byte[] key, byte[]... fields) {
        return new Command<>(HGETDEL, Decoders.BYTE_ARRAYS, fields(Arguments.of(key), HGETDEL, fields));
    }

    /**
     * {@code HSETEX}: stores all these fields, in the map's order, where the options let it; all of them or none.
     * Answers whether it did. From Redis 8.
     *
     * @throws IllegalArgumentException if the map is empty
     */
    public static Command<Boolean> hsetEx(String key, HSetOptions options, Map<String, String> values) {
        return setting(key, options, values);
    }

    /**
     * {@code HSETEX}: stores all these fields, in the map's order, where the options let it; all of them or none.
     * Answers whether it did. From Redis 8.
     *
     * @throws IllegalArgumentException if the map is empty
     */
    public static Command<Boolean> hsetExBytes(String key, HSetOptions options, Map<String, byte[]> values) {
        return setting(key, options, values);
    }

    /**
     * {@code HSETEX}: stores all these fields, in the map's order, where the options let it; all of them or none.
     * Answers whether it did. From Redis 8.
     *
     * @throws IllegalArgumentException if the map is empty
     */
    public static Command<Boolean> hsetEx(byte[] key, HSetOptions options, Map<byte[], byte[]> values) {
        return setting(key, options, values);
    }

    private static Command<List<FieldExpiry>> expiringIn(
            Object key, Duration duration, @Nullable ExpireCondition condition, Object[] fields) {
        long millis = Milliseconds.of(duration);
        return millis % 1000 == 0
                ? expiring(HEXPIRE, key, millis / 1000, condition, fields)
                : expiring(HPEXPIRE, key, millis, condition, fields);
    }

    private static Command<List<FieldExpiry>> expiringAt(
            Object key, Instant instant, @Nullable ExpireCondition condition, Object[] fields) {
        long millis = Milliseconds.of(instant);
        return millis % 1000 == 0
                ? expiring(HEXPIREAT, key, millis / 1000, condition, fields)
                : expiring(HPEXPIREAT, key, millis, condition, fields);
    }

    private static Command<List<FieldExpiry>> expiring(
            Verb verb, Object key, long number, @Nullable ExpireCondition condition, Object[] fields) {
        Arguments arguments =
                Arguments.withCapacity(5 + fields.length).addRaw(key).add(number);
        if (condition != null) {
            arguments.add(condition.word());
        }
        return new Command<>(verb, FieldExpiry.LIST, fields(arguments, verb, fields));
    }

    private static Command<Boolean> setting(Object key, HSetOptions options, Map<?, ?> values) {
        Arguments.requireSome(values.size(), "HSETEX", "field");
        Arguments arguments = Arguments.withCapacity(6 + 2 * values.size()).addRaw(key);
        options.addTo(arguments);
        arguments.add("FIELDS").add(values.size());
        values.forEach((field, value) -> arguments.addRaw(field).addRaw(value));
        return new Command<>(HSETEX, Decoders.BOOLEAN, arguments.toArray());
    }

    private static Object[] fields(Arguments arguments, Verb verb, Object[] fields) {
        Arguments.requireSome(fields.length, verb.name(), "field");
        return arguments.add("FIELDS").add(fields.length).addAll(fields).toArray();
    }
}
