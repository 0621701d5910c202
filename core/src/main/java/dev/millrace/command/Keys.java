package dev.millrace.command;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands on keys, whatever they hold.
 *
 * <p>Left out: MOVE, which needs SELECT to make sense, and MIGRATE.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=generic">Redis: generic commands</a>
 */
public final class Keys {
    private static final Verb COPY = Verb.write("COPY").keys(KeyPositions.FIRST_TWO);
    private static final Verb DEL = Verb.write("DEL").keys(KeyPositions.ALL).divided(Merge.SUM);
    private static final Verb DUMP = Verb.read("DUMP");
    private static final Verb EXISTS =
            Verb.read("EXISTS").keys(KeyPositions.ALL).divided(Merge.SUM);
    private static final Verb EXPIRE = Verb.write("EXPIRE");
    private static final Verb EXPIREAT = Verb.write("EXPIREAT");
    private static final Verb EXPIRETIME = Verb.read("EXPIRETIME");
    private static final Verb KEYS = Verb.read("KEYS").everyMaster(Merge.CONCATENATION);
    private static final Verb OBJECT_ENCODING = Verb.read("OBJECT ENCODING");
    private static final Verb OBJECT_FREQ = Verb.read("OBJECT FREQ");
    private static final Verb OBJECT_IDLETIME = Verb.read("OBJECT IDLETIME");
    private static final Verb OBJECT_REFCOUNT = Verb.read("OBJECT REFCOUNT");
    private static final Verb PERSIST = Verb.write("PERSIST");
    private static final Verb PEXPIRE = Verb.write("PEXPIRE");
    private static final Verb PEXPIREAT = Verb.write("PEXPIREAT");
    private static final Verb PEXPIRETIME = Verb.read("PEXPIRETIME");
    private static final Verb PTTL = Verb.read("PTTL");
    private static final Verb RANDOMKEY = Verb.read("RANDOMKEY").everyMaster(Merge.SOME);
    private static final Verb RENAME = Verb.write("RENAME").keys(KeyPositions.FIRST_TWO);
    private static final Verb RENAMENX = Verb.write("RENAMENX").keys(KeyPositions.FIRST_TWO);
    private static final Verb RESTORE = Verb.write("RESTORE");
    private static final Verb SCAN = Verb.read("SCAN").keys(KeyPositions.NONE);
    private static final Verb SORT = Verb.write("SORT");
    private static final Verb SORT_STORE = Verb.write("SORT").keys(KeyPositions.FIRST_AND_THIRD);
    private static final Verb SORT_RO = Verb.read("SORT_RO");
    private static final Verb TOUCH = Verb.read("TOUCH").keys(KeyPositions.ALL).divided(Merge.SUM);
    private static final Verb TTL = Verb.read("TTL");
    private static final Verb TYPE = Verb.read("TYPE");
    private static final Verb UNLINK =
            Verb.write("UNLINK").keys(KeyPositions.ALL).divided(Merge.SUM);

    private Keys() {}

    /** {@code DEL}: removes keys; how many there were. @throws IllegalArgumentException if none is named */
    public static Command<Long> del(String... keys) {
        return new Command<>(DEL, Decoders.LONG, Arguments.some(DEL, "key", keys));
    }

    /** {@code DEL}: removes keys; how many there were. @throws IllegalArgumentException if none is named */
    public static Command<Long> del(Collection<String> keys) {
        return new Command<>(DEL, Decoders.LONG, Arguments.some(DEL, "key", keys));
    }

    /** {@code DEL}: removes keys; how many there were. @throws IllegalArgumentException if none is named */
    public static Command<Long> del(byte[]... keys) {
        return new Command<>(DEL, Decoders.LONG, Arguments.some(DEL, "key", keys));
    }

    /**
     * {@code UNLINK}: removes keys and frees their memory in the background; how many there were.
     *
     * @throws IllegalArgumentException if none is named
     */
    public static Command<Long> unlink(String... keys) {
        return new Command<>(UNLINK, Decoders.LONG, Arguments.some(UNLINK, "key", keys));
    }

    /** {@code UNLINK}, as {@link #unlink(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> unlink(Collection<String> keys) {
        return new Command<>(UNLINK, Decoders.LONG, Arguments.some(UNLINK, "key", keys));
    }

    /** {@code UNLINK}, as {@link #unlink(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> unlink(byte[]... keys) {
        return new Command<>(UNLINK, Decoders.LONG, Arguments.some(UNLINK, "key", keys));
    }

    /** {@code EXISTS}: whether the key exists. */
    public static Command<Boolean> exists(String key) {
        return new Command<>(EXISTS, Decoders.BOOLEAN, key);
    }

    /** {@code EXISTS}: whether the key exists. */
    public static Command<Boolean> exists(byte[] key) {
        return new Command<>(EXISTS, Decoders.BOOLEAN, key);
    }

    /**
     * {@code EXISTS}: how many of the keys exist; a key named twice counts twice.
     *
     * @throws IllegalArgumentException if none is named
     */
    public static Command<Long> exists(String... keys) {
        return new Command<>(EXISTS, Decoders.LONG, Arguments.some(EXISTS, "key", keys));
    }

    /** {@code EXISTS}, as {@link #exists(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> exists(Collection<String> keys) {
        return new Command<>(EXISTS, Decoders.LONG, Arguments.some(EXISTS, "key", keys));
    }

    /** {@code EXISTS}, as {@link #exists(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> exists(byte[]... keys) {
        return new Command<>(EXISTS, Decoders.LONG, Arguments.some(EXISTS, "key", keys));
    }

    /** {@code TOUCH}: marks keys as just used; how many exist. @throws IllegalArgumentException if none is named */
    public static Command<Long> touch(String... keys) {
        return new Command<>(TOUCH, Decoders.LONG, Arguments.some(TOUCH, "key", keys));
    }

    /** {@code TOUCH}: marks keys as just used; how many exist. @throws IllegalArgumentException if none is named */
    public static Command<Long> touch(Collection<String> keys) {
        return new Command<>(TOUCH, Decoders.LONG, Arguments.some(TOUCH, "key", keys));
    }

    /** {@code TOUCH}: marks keys as just used; how many exist. @throws IllegalArgumentException if none is named */
    public static Command<Long> touch(byte[]... keys) {
        return new Command<>(TOUCH, Decoders.LONG, Arguments.some(TOUCH, "key", keys));
    }

    /** {@code TYPE}: what the key holds, such as {@code string}; {@code none} where it does not exist. */
    public static Command<String> type(String key) {
        return new Command<>(TYPE, Decoders.TEXT, key);
    }

    /** {@code TYPE}: what the key holds, such as {@code string}; {@code none} where it does not exist. */
    public static Command<String> type(byte[] key) {
        return new Command<>(TYPE, Decoders.TEXT, key);
    }

    /**
     * {@code EXPIRE}, or {@code PEXPIRE} for a duration that is not of whole seconds: lets the key expire after this
     * long; whether the key exists. Zero or less removes it.
     */
    public static Command<Boolean> expire(String key, Duration duration) {
        return expiringIn(key, duration, null);
    }

    /** {@code EXPIRE} or {@code PEXPIRE}, as {@link #expire(String, Duration)}. */
    public static Command<Boolean> expire(byte[] key, Duration duration) {
        return expiringIn(key, duration, null);
    }

    /**
     * {@code EXPIRE} or {@code PEXPIRE} on a condition: whether the expiry was set, false where the key does not exist
     * or the condition does not hold. Redis 7.
     */
    public static Command<Boolean> expire(String key, Duration duration, ExpireCondition condition) {
        return expiringIn(key, duration, condition);
    }

    /** {@code EXPIRE} or {@code PEXPIRE}, as {@link #expire(String, Duration, ExpireCondition)}. */
    public static Command<Boolean> expire(byte[] key, Duration duration, ExpireCondition condition) {
        return expiringIn(key, duration, condition);
    }

    /**
     * {@code EXPIREAT}, or {@code PEXPIREAT} for a time that is not of whole seconds: lets the key expire at this time;
     * whether the key exists. A time in the past removes it.
     */
    public static Command<Boolean> expireAt(String key, Instant instant) {
        return expiringAt(key, instant, null);
    }

    /** {@code EXPIREAT} or {@code PEXPIREAT}, as {@link #expireAt(String, Instant)}. */
    public static Command<Boolean> expireAt(byte[] key, Instant instant) {
        return expiringAt(key, instant, null);
    }

    /**
     * {@code EXPIREAT} or {@code PEXPIREAT} on a condition: whether the expiry was set, false where the key does not
     * exist or the condition does not hold. Redis 7.
     */
    public static Command<Boolean> expireAt(String key, Instant instant, ExpireCondition condition) {
        return expiringAt(key, instant, condition);
    }

    /** {@code EXPIREAT} or {@code PEXPIREAT}, as {@link #expireAt(String, Instant, ExpireCondition)}. */
    public static Command<Boolean> expireAt(byte[] key, Instant instant, ExpireCondition condition) {
        return expiringAt(key, instant, condition);
    }

    /** {@code TTL}: how long the key still lives, rounded to seconds. */
    public static Command<TimeToLive> ttl(String key) {
        return new Command<>(TTL, TimeToLive.SECONDS, key);
    }

    /** {@code TTL}: how long the key still lives, rounded to seconds. */
    public static Command<TimeToLive> ttl(byte[] key) {
        return new Command<>(TTL, TimeToLive.SECONDS, key);
    }

    /** {@code PTTL}: how long the key still lives, to the millisecond. */
    public static Command<TimeToLive> pttl(String key) {
        return new Command<>(PTTL, TimeToLive.MILLISECONDS, key);
    }

    /** {@code PTTL}: how long the key still lives, to the millisecond. */
    public static Command<TimeToLive> pttl(byte[] key) {
        return new Command<>(PTTL, TimeToLive.MILLISECONDS, key);
    }

    /** {@code EXPIRETIME}: when the key expires, rounded to seconds; Redis 7. */
    public static Command<ExpireTime> expireTime(String key) {
        return new Command<>(EXPIRETIME, ExpireTime.SECONDS, key);
    }

    /** {@code EXPIRETIME}: when the key expires, rounded to seconds; Redis 7. */
    public static Command<ExpireTime> expireTime(byte[] key) {
        return new Command<>(EXPIRETIME, ExpireTime.SECONDS, key);
    }

    /** {@code PEXPIRETIME}: when the key expires, to the millisecond; Redis 7. */
    public static Command<ExpireTime> pexpireTime(String key) {
        return new Command<>(PEXPIRETIME, ExpireTime.MILLISECONDS, key);
    }

    /** {@code PEXPIRETIME}: when the key expires, to the millisecond; Redis 7. */
    public static Command<ExpireTime> pexpireTime(byte[] key) {
        return new Command<>(PEXPIRETIME, ExpireTime.MILLISECONDS, key);
    }

    /** {@code PERSIST}: takes the expiry away; whether there was one. */
    public static Command<Boolean> persist(String key) {
        return new Command<>(PERSIST, Decoders.BOOLEAN, key);
    }

    /** {@code PERSIST}: takes the expiry away; whether there was one. */
    public static Command<Boolean> persist(byte[] key) {
        return new Command<>(PERSIST, Decoders.BOOLEAN, key);
    }

    /** {@code RENAME}: gives the key another name, over whatever had it; an error where the key does not exist. */
    public static Command<String> rename(String key, String newKey) {
        return new Command<>(RENAME, Decoders.OK, key, newKey);
    }

    /** {@code RENAME}: gives the key another name, over whatever had it; an error where the key does not exist. */
    public static Command<String> rename(byte[] key, byte[] newKey) {
        return new Command<>(RENAME, Decoders.OK, key, newKey);
    }

    /** {@code RENAMENX}: gives the key another name where that is free; whether it was. */
    public static Command<Boolean> renameNx(String key, String newKey) {
        return new Command<>(RENAMENX, Decoders.BOOLEAN, key, newKey);
    }

    /** {@code RENAMENX}: gives the key another name where that is free; whether it was. */
    public static Command<Boolean> renameNx(byte[] key, byte[] newKey) {
        return new Command<>(RENAMENX, Decoders.BOOLEAN, key, newKey);
    }

    /** {@code COPY}: whether the key was copied, false where there is none or the destination exists. */
    public static Command<Boolean> copy(String source, String destination) {
        return copying(source, destination, CopyOptions.ofDefaults());
    }

    /** {@code COPY}: whether the key was copied, false where there is none or the destination exists. */
    public static Command<Boolean> copy(byte[] source, byte[] destination) {
        return copying(source, destination, CopyOptions.ofDefaults());
    }

    /** {@code COPY} with options: whether the key was copied. */
    public static Command<Boolean> copy(String source, String destination, CopyOptions options) {
        return copying(source, destination, options);
    }

    /** {@code COPY} with options: whether the key was copied. */
    public static Command<Boolean> copy(byte[] source, byte[] destination, CopyOptions options) {
        return copying(source, destination, options);
    }

    /** {@code SCAN}: a walk over all keys of one server. */
    public static Scan<String> scan() {
        return scan(ScanOptions.ofDefaults());
    }

    /** {@code SCAN}: a walk over the keys of one server that the options ask for. */
    public static Scan<String> scan(ScanOptions options) {
        return Scan.ofKeyspace(SCAN, options, Decoders.list(Decoders.TEXT));
    }

    /** {@code SCAN}: a walk over the keys of one server that the options ask for, as bytes. */
    public static Scan<byte[]> scanBytes(ScanOptions options) {
        return Scan.ofKeyspace(SCAN, options, Decoders.list(Decoders.BYTES));
    }

    /** {@code KEYS}: every key that matches the pattern, at once; it holds up the server, {@link #scan()} does not. */
    public static Command<List<String>> keys(String pattern) {
        return new Command<>(KEYS, Decoders.list(Decoders.TEXT), pattern);
    }

    /** {@code KEYS}: as bytes, every key that matches the pattern; it holds up the server. */
    public static Command<List<byte[]>> keys(byte[] pattern) {
        return new Command<>(KEYS, Decoders.list(Decoders.BYTES), pattern);
    }

    /** {@code RANDOMKEY}: some key, of a cluster one of any master, or null where there is none. */
    public static Command<String> randomKey() {
        return new Command<>(RANDOMKEY, Decoders.TEXT);
    }

    /** {@code RANDOMKEY}: some key's bytes, or null where there is none. */
    public static Command<byte[]> randomKeyBytes() {
        return new Command<>(RANDOMKEY, Decoders.BYTES);
    }

    /** {@code DUMP}: the value as RESTORE takes it, or null where the key does not exist. */
    public static Command<byte[]> dump(String key) {
        return new Command<>(DUMP, Decoders.BYTES, key);
    }

    /** {@code DUMP}: the value as RESTORE takes it, or null where the key does not exist. */
    public static Command<byte[]> dump(byte[] key) {
        return new Command<>(DUMP, Decoders.BYTES, key);
    }

    /** {@code RESTORE}: makes a key of what DUMP answered. Answers OK; an error where it exists and is not replaced. */
    public static Command<String> restore(String key, byte[] dumped, RestoreOptions options) {
        return restoring(key, dumped, options);
    }

    /** {@code RESTORE}, as {@link #restore(String, byte[], RestoreOptions)}. */
    public static Command<String> restore(byte[] key, byte[] dumped, RestoreOptions options) {
        return restoring(key, dumped, options);
    }

    /** {@code OBJECT ENCODING}: how the server holds the value, such as {@code listpack}; null where there is none. */
    public static Command<String> objectEncoding(String key) {
        return new Command<>(OBJECT_ENCODING, Decoders.TEXT, key);
    }

    /** {@code OBJECT ENCODING}: how the server holds the value, such as {@code listpack}; null where there is none. */
    public static Command<String> objectEncoding(byte[] key) {
        return new Command<>(OBJECT_ENCODING, Decoders.TEXT, key);
    }

    /**
     * {@code OBJECT FREQ}: how often the key is used, on a logarithmic scale; null where it does not exist. An error
     * unless the server's maxmemory-policy is an LFU one.
     */
    public static Command<Long> objectFreq(String key) {
        return new Command<>(OBJECT_FREQ, Decoders.LONG_OR_NULL, key);
    }

    /** {@code OBJECT FREQ}, as {@link #objectFreq(String)}. */
    public static Command<Long> objectFreq(byte[] key) {
        return new Command<>(OBJECT_FREQ, Decoders.LONG_OR_NULL, key);
    }

    /**
     * {@code OBJECT IDLETIME}: for how long the key was not used, in whole seconds; null where it does not exist. An
     * error where the server's maxmemory-policy is an LFU one.
     */
    public static Command<Duration> objectIdleTime(String key) {
        return new Command<>(OBJECT_IDLETIME, Decoders.SECONDS_OR_NULL, key);
    }

    /** {@code OBJECT IDLETIME}, as {@link #objectIdleTime(String)}. */
    public static Command<Duration> objectIdleTime(byte[] key) {
        return new Command<>(OBJECT_IDLETIME, Decoders.SECONDS_OR_NULL, key);
    }

    /** {@code OBJECT REFCOUNT}: how often the server shares the value; null where the key does not exist. */
    public static Command<Long> objectRefCount(String key) {
        return new Command<>(OBJECT_REFCOUNT, Decoders.LONG_OR_NULL, key);
    }

    /** {@code OBJECT REFCOUNT}: how often the server shares the value; null where the key does not exist. */
    public static Command<Long> objectRefCount(byte[] key) {
        return new Command<>(OBJECT_REFCOUNT, Decoders.LONG_OR_NULL, key);
    }

    /**
     * {@code SORT}: the elements of a list, set or sorted set, or the keys that the options get for each, in order;
     * null for a key to get that does not exist.
     */
    public static Command<List<@Nullable String>> sort(String key, SortOptions options) {
        return new Command<>(SORT, Decoders.TEXTS, sorting(Arguments.of(key), options));
    }

    /** {@code SORT}, as {@link #sort(String, SortOptions)}, in bytes. */
    public static Command<List<byte @Nullable []>> sort(byte[] key, SortOptions options) {
        return new Command<>(SORT, Decoders.BYTE_ARRAYS, sorting(Arguments.of(key), options));
    }

    /** {@code SORT_RO}, as {@link #sort(String, SortOptions)}; Redis 7. It may be tried again and run on a replica. */
    public static Command<List<@Nullable String>> sortRo(String key, SortOptions options) {
        return new Command<>(SORT_RO, Decoders.TEXTS, sorting(Arguments.of(key), options));
    }

    /** {@code SORT_RO}, as {@link #sortRo(String, SortOptions)}, in bytes. */
    public static Command<List<byte @Nullable []>> sortRo(byte[] key, SortOptions options) {
        return new Command<>(SORT_RO, Decoders.BYTE_ARRAYS, sorting(Arguments.of(key), options));
    }

    /** {@code SORT} with {@code STORE}: puts the result into a list at the destination; its length. */
    public static Command<Long> sortStore(String key, String destination, SortOptions options) {
        Arguments arguments = Arguments.of(key).add("STORE").add(destination);
        return new Command<>(SORT_STORE, Decoders.LONG, sorting(arguments, options));
    }

    /** {@code SORT} with {@code STORE}: puts the result into a list at the destination; its length. */
    public static Command<Long> sortStore(byte[] key, byte[] destination, SortOptions options) {
        Arguments arguments = Arguments.of(key).add("STORE").add(destination);
        return new Command<>(SORT_STORE, Decoders.LONG, sorting(arguments, options));
    }

    private static Command<Boolean> expiringIn(Object key, Duration duration, @Nullable ExpireCondition condition) {
        boolean wholeSeconds = duration.toNanosPart() == 0;
        long number = wholeSeconds ? duration.toSeconds() : Milliseconds.of(duration);
        return expiring(wholeSeconds ? EXPIRE : PEXPIRE, key, number, condition);
    }

    private static Command<Boolean> expiringAt(Object key, Instant instant, @Nullable ExpireCondition condition) {
        boolean wholeSeconds = instant.getNano() == 0;
        long number = wholeSeconds ? instant.getEpochSecond() : Milliseconds.of(instant);
        return expiring(wholeSeconds ? EXPIREAT : PEXPIREAT, key, number, condition);
    }

    private static Command<Boolean> expiring(Verb verb, Object key, long number, @Nullable ExpireCondition condition) {
        String text = Long.toString(number);
        return condition == null
                ? new Command<>(verb, Decoders.BOOLEAN, key, text)
                : new Command<>(verb, Decoders.BOOLEAN, key, text, condition.word());
    }

    private static Command<Boolean> copying(Object source, Object destination, CopyOptions options) {
        Arguments arguments = Arguments.of(source).addRaw(destination);
        options.addTo(arguments);
        return new Command<>(COPY, Decoders.BOOLEAN, arguments.toArray());
    }

    private static Command<String> restoring(Object key, byte[] dumped, RestoreOptions options) {
        Arguments arguments = Arguments.of(key);
        options.addTo(arguments, dumped);
        return new Command<>(RESTORE, Decoders.OK, arguments.toArray());
    }

    private static Object[] sorting(Arguments arguments, SortOptions options) {
        options.addTo(arguments);
        return arguments.toArray();
    }
}
