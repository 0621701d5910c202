package dev.millrace.command;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Commands on sets. A set that becomes empty ceases to exist, and a key that does not exist counts as an empty set.
 * Members as bytes come in lists, for arrays have no equality of their own; no member comes twice.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=set">Redis: sets</a>
 */
public final class Sets {
    private static final Verb SADD = Verb.write("SADD");
    private static final Verb SCARD = Verb.read("SCARD");
    private static final Verb SDIFF = Verb.read("SDIFF").keys(KeyPositions.ALL);
    private static final Verb SDIFFSTORE = Verb.write("SDIFFSTORE").keys(KeyPositions.ALL);
    private static final Verb SINTER = Verb.read("SINTER").keys(KeyPositions.ALL);
    private static final Verb SINTERCARD = Verb.read("SINTERCARD").keys(KeyPositions.countedAt(0, false));
    private static final Verb SINTERSTORE = Verb.write("SINTERSTORE").keys(KeyPositions.ALL);
    private static final Verb SISMEMBER = Verb.read("SISMEMBER");
    private static final Verb SMEMBERS = Verb.read("SMEMBERS");
    private static final Verb SMISMEMBER = Verb.read("SMISMEMBER");
    private static final Verb SMOVE = Verb.write("SMOVE").keys(KeyPositions.FIRST_TWO);
    private static final Verb SPOP = Verb.write("SPOP");
    private static final Verb SRANDMEMBER = Verb.read("SRANDMEMBER");
    private static final Verb SREM = Verb.write("SREM");
    private static final Verb SSCAN = Verb.read("SSCAN");
    private static final Verb SUNION = Verb.read("SUNION").keys(KeyPositions.ALL);
    private static final Verb SUNIONSTORE = Verb.write("SUNIONSTORE").keys(KeyPositions.ALL);

    private static final Decoder<List<String>> TEXTS = Decoders.list(Decoders.TEXT);
    private static final Decoder<List<byte[]>> BYTE_ARRAYS = Decoders.list(Decoders.BYTES);

    private Sets() {}

    /** {@code SADD}: adds members; how many were new. @throws IllegalArgumentException if none is named */
    public static Command<Long> sadd(String key, String... members) {
        return new Command<>(SADD, Decoders.LONG, Arguments.some(SADD, key, "member", members));
    }

    /** {@code SADD}, as {@link #sadd(String, String...)}. @throws IllegalArgumentException if no member is named */
    public static Command<Long> sadd(String key, Collection<String> members) {
        return new Command<>(SADD, Decoders.LONG, Arguments.some(SADD, key, "member", members));
    }

    /** {@code SADD} of bytes, as {@link #sadd(String, String...)}. @throws IllegalArgumentException if no member is named */
    public static Command<Long> sadd(String key, byte[]... members) {
        return new Command<>(SADD, Decoders.LONG, Arguments.some(SADD, key, "member", members));
    }

    /** {@code SADD} of bytes, as {@link #sadd(String, String...)}. @throws IllegalArgumentException if no member is named */
    public static Command<Long> sadd(byte[] key, byte[]... members) {
        return new Command<>(SADD, Decoders.LONG, Arguments.some(SADD, key, "member", members));
    }

    /** {@code SREM}: removes members; how many were there. @throws IllegalArgumentException if none is named */
    public static Command<Long> srem(String key, String... members) {
        return new Command<>(SREM, Decoders.LONG, Arguments.some(SREM, key, "member", members));
    }

    /** {@code SREM}, as {@link #srem(String, String...)}. @throws IllegalArgumentException if no member is named */
    public static Command<Long> srem(String key, Collection<String> members) {
        return new Command<>(SREM, Decoders.LONG, Arguments.some(SREM, key, "member", members));
    }

    /** {@code SREM} of bytes, as {@link #srem(String, String...)}. @throws IllegalArgumentException if no member is named */
    public static Command<Long> srem(String key, byte[]... members) {
        return new Command<>(SREM, Decoders.LONG, Arguments.some(SREM, key, "member", members));
    }

    /** {@code SREM} of bytes, as {@link #srem(String, String...)}. @throws IllegalArgumentException if no member is named */
    public static Command<Long> srem(byte[] key, byte[]... members) {
        return new Command<>(SREM, Decoders.LONG, Arguments.some(SREM, key, "member", members));
    }

    /** {@code SMISMEMBER}: whether the set has each of these, in their order. Redis 6.2. @throws IllegalArgumentException if none is named */
    public static Command<List<Boolean>> smismember(String key, String... members) {
        return new Command<>(SMISMEMBER, Decoders.BOOLEANS, Arguments.some(SMISMEMBER, key, "member", members));
    }

    /** {@code SMISMEMBER}, as {@link #smismember(String, String...)}. @throws IllegalArgumentException if no member is named */
    public static Command<List<Boolean>> smismember(String key, Collection<String> members) {
        return new Command<>(SMISMEMBER, Decoders.BOOLEANS, Arguments.some(SMISMEMBER, key, "member", members));
    }

    /** {@code SMISMEMBER} of bytes, as {@link #smismember(String, String...)}. @throws IllegalArgumentException if no member is named */
    public static Command<List<Boolean>> smismember(String key, byte[]... members) {
        return new Command<>(SMISMEMBER, Decoders.BOOLEANS, Arguments.some(SMISMEMBER, key, "member", members));
    }

    /** {@code SMISMEMBER} of bytes, as {@link #smismember(String, String...)}. @throws IllegalArgumentException if no member is named */
    public static Command<List<Boolean>> smismember(byte[] key, byte[]... members) {
        return new Command<>(SMISMEMBER, Decoders.BOOLEANS, Arguments.some(SMISMEMBER, key, "member", members));
    }

    /** {@code SISMEMBER}: whether the set has this member. */
    public static Command<Boolean> sismember(String key, String member) {
        return new Command<>(SISMEMBER, Decoders.BOOLEAN, key, member);
    }

    /** {@code SISMEMBER}: whether the set has this member. */
    public static Command<Boolean> sismember(String key, byte[] member) {
        return new Command<>(SISMEMBER, Decoders.BOOLEAN, key, member);
    }

    /** {@code SISMEMBER}: whether the set has this member. */
    public static Command<Boolean> sismember(byte[] key, byte[] member) {
        return new Command<>(SISMEMBER, Decoders.BOOLEAN, key, member);
    }

    /** {@code SMEMBERS}: all members, in no order. */
    public static Command<Set<String>> smembers(String key) {
        return new Command<>(SMEMBERS, Decoders.TEXT_SET, key);
    }

    /** {@code SMEMBERS}: all members' bytes, in no order. */
    public static Command<List<byte[]>> smembersBytes(String key) {
        return new Command<>(SMEMBERS, BYTE_ARRAYS, key);
    }

    /** {@code SMEMBERS}: all members' bytes, in no order. */
    public static Command<List<byte[]>> smembers(byte[] key) {
        return new Command<>(SMEMBERS, BYTE_ARRAYS, key);
    }

    /** {@code SCARD}: how many members there are. */
    public static Command<Long> scard(String key) {
        return new Command<>(SCARD, Decoders.LONG, key);
    }

    /** {@code SCARD}: how many members there are. */
    public static Command<Long> scard(byte[] key) {
        return new Command<>(SCARD, Decoders.LONG, key);
    }

    /** {@code SMOVE}: moves a member to another set; whether it was there. */
    public static Command<Boolean> smove(String source, String destination, String member) {
        return new Command<>(SMOVE, Decoders.BOOLEAN, source, destination, member);
    }

    /** {@code SMOVE}: moves a member to another set; whether it was there. */
    public static Command<Boolean> smove(String source, String destination, byte[] member) {
        return new Command<>(SMOVE, Decoders.BOOLEAN, source, destination, member);
    }

    /** {@code SMOVE}: moves a member to another set; whether it was there. */
    public static Command<Boolean> smove(byte[] source, byte[] destination, byte[] member) {
        return new Command<>(SMOVE, Decoders.BOOLEAN, source, destination, member);
    }

    /** {@code SPOP}: takes some member; null where there is none. */
    public static Command<String> spop(String key) {
        return new Command<>(SPOP, Decoders.TEXT, key);
    }

    /** {@code SPOP}: takes some member's bytes; null where there is none. */
    public static Command<byte[]> spopBytes(String key) {
        return new Command<>(SPOP, Decoders.BYTES, key);
    }

    /** {@code SPOP}: takes some member's bytes; null where there is none. */
    public static Command<byte[]> spop(byte[] key) {
        return new Command<>(SPOP, Decoders.BYTES, key);
    }

    /** {@code SPOP}: takes up to {@code count} members, 0 or more. */
    public static Command<Set<String>> spop(String key, long count) {
        return new Command<>(SPOP, Decoders.TEXT_SET, key, Long.toString(count));
    }

    /** {@code SPOP}: takes up to {@code count} members' bytes, 0 or more. */
    public static Command<List<byte[]>> spopBytes(String key, long count) {
        return new Command<>(SPOP, BYTE_ARRAYS, key, Long.toString(count));
    }

    /** {@code SPOP}: takes up to {@code count} members' bytes, 0 or more. */
    public static Command<List<byte[]>> spop(byte[] key, long count) {
        return new Command<>(SPOP, BYTE_ARRAYS, key, Long.toString(count));
    }

    /** {@code SRANDMEMBER}: some member, which stays; null where there is none. */
    public static Command<String> srandmember(String key) {
        return new Command<>(SRANDMEMBER, Decoders.TEXT, key);
    }

    /** {@code SRANDMEMBER}: some member's bytes; null where there is none. */
    public static Command<byte[]> srandmemberBytes(String key) {
        return new Command<>(SRANDMEMBER, Decoders.BYTES, key);
    }

    /** {@code SRANDMEMBER}: some member's bytes; null where there is none. */
    public static Command<byte[]> srandmember(byte[] key) {
        return new Command<>(SRANDMEMBER, Decoders.BYTES, key);
    }

    /**
     * {@code SRANDMEMBER}: up to {@code count} members, none twice; for a negative count that many picks, in which a
     * member may come again.
     */
    public static Command<List<String>> srandmember(String key, long count) {
        return new Command<>(SRANDMEMBER, TEXTS, key, Long.toString(count));
    }

    /** {@code SRANDMEMBER}: members' bytes, as {@link #srandmember(String, long)}. */
    public static Command<List<byte[]>> srandmemberBytes(String key, long count) {
        return new Command<>(SRANDMEMBER, BYTE_ARRAYS, key, Long.toString(count));
    }

    /** {@code SRANDMEMBER}: members' bytes, as {@link #srandmember(String, long)}. */
    public static Command<List<byte[]>> srandmember(byte[] key, long count) {
        return new Command<>(SRANDMEMBER, BYTE_ARRAYS, key, Long.toString(count));
    }

    /** {@code SINTER}: the members that all these sets have in common. @throws IllegalArgumentException if no key is named */
    public static Command<Set<String>> sinter(String... keys) {
        return new Command<>(SINTER, Decoders.TEXT_SET, Arguments.some(SINTER, "key", keys));
    }

    /** {@code SINTER}, as {@link #sinter(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Set<String>> sinter(Collection<String> keys) {
        return new Command<>(SINTER, Decoders.TEXT_SET, Arguments.some(SINTER, "key", keys));
    }

    /** {@code SINTER} of bytes, as {@link #sinter(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<List<byte[]>> sinterBytes(String... keys) {
        return new Command<>(SINTER, BYTE_ARRAYS, Arguments.some(SINTER, "key", keys));
    }

    /** {@code SINTER} of bytes, as {@link #sinter(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<List<byte[]>> sinter(byte[]... keys) {
        return new Command<>(SINTER, BYTE_ARRAYS, Arguments.some(SINTER, "key", keys));
    }

    /** {@code SINTERSTORE}: puts what all these sets have in common into a set; its size. @throws IllegalArgumentException if no key is named */
    public static Command<Long> sinterStore(String destination, String... keys) {
        return new Command<>(SINTERSTORE, Decoders.LONG, Arguments.some(SINTERSTORE, destination, "key", keys));
    }

    /** {@code SINTERSTORE}, as {@link #sinterStore(String, String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> sinterStore(String destination, Collection<String> keys) {
        return new Command<>(SINTERSTORE, Decoders.LONG, Arguments.some(SINTERSTORE, destination, "key", keys));
    }

    /** {@code SINTERSTORE}, as {@link #sinterStore(String, String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> sinterStore(byte[] destination, byte[]... keys) {
        return new Command<>(SINTERSTORE, Decoders.LONG, Arguments.some(SINTERSTORE, destination, "key", keys));
    }

    /** {@code SUNION}: the members of any of these sets. @throws IllegalArgumentException if no key is named */
    public static Command<Set<String>> sunion(String... keys) {
        return new Command<>(SUNION, Decoders.TEXT_SET, Arguments.some(SUNION, "key", keys));
    }

    /** {@code SUNION}, as {@link #sunion(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Set<String>> sunion(Collection<String> keys) {
        return new Command<>(SUNION, Decoders.TEXT_SET, Arguments.some(SUNION, "key", keys));
    }

    /** {@code SUNION} of bytes, as {@link #sunion(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<List<byte[]>> sunionBytes(String... keys) {
        return new Command<>(SUNION, BYTE_ARRAYS, Arguments.some(SUNION, "key", keys));
    }

    /** {@code SUNION} of bytes, as {@link #sunion(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<List<byte[]>> sunion(byte[]... keys) {
        return new Command<>(SUNION, BYTE_ARRAYS, Arguments.some(SUNION, "key", keys));
    }

    /** {@code SUNIONSTORE}: puts what any of these sets has into a set; its size. @throws IllegalArgumentException if no key is named */
    public static Command<Long> sunionStore(String destination, String... keys) {
        return new Command<>(SUNIONSTORE, Decoders.LONG, Arguments.some(SUNIONSTORE, destination, "key", keys));
    }

    /** {@code SUNIONSTORE}, as {@link #sunionStore(String, String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> sunionStore(String destination, Collection<String> keys) {
        return new Command<>(SUNIONSTORE, Decoders.LONG, Arguments.some(SUNIONSTORE, destination, "key", keys));
    }

    /** {@code SUNIONSTORE}, as {@link #sunionStore(String, String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> sunionStore(byte[] destination, byte[]... keys) {
        return new Command<>(SUNIONSTORE, Decoders.LONG, Arguments.some(SUNIONSTORE, destination, "key", keys));
    }

    /** {@code SDIFF}: the members of the first set that none of the others has. @throws IllegalArgumentException if no key is named */
    public static Command<Set<String>> sdiff(String... keys) {
        return new Command<>(SDIFF, Decoders.TEXT_SET, Arguments.some(SDIFF, "key", keys));
    }

    /** {@code SDIFF}, as {@link #sdiff(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Set<String>> sdiff(Collection<String> keys) {
        return new Command<>(SDIFF, Decoders.TEXT_SET, Arguments.some(SDIFF, "key", keys));
    }

    /** {@code SDIFF} of bytes, as {@link #sdiff(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<List<byte[]>> sdiffBytes(String... keys) {
        return new Command<>(SDIFF, BYTE_ARRAYS, Arguments.some(SDIFF, "key", keys));
    }

    /** {@code SDIFF} of bytes, as {@link #sdiff(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<List<byte[]>> sdiff(byte[]... keys) {
        return new Command<>(SDIFF, BYTE_ARRAYS, Arguments.some(SDIFF, "key", keys));
    }

    /** {@code SDIFFSTORE}: puts what only the first of these sets has into a set; its size. @throws IllegalArgumentException if no key is named */
    public static Command<Long> sdiffStore(String destination, String... keys) {
        return new Command<>(SDIFFSTORE, Decoders.LONG, Arguments.some(SDIFFSTORE, destination, "key", keys));
    }

    /** {@code SDIFFSTORE}, as {@link #sdiffStore(String, String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> sdiffStore(String destination, Collection<String> keys) {
        return new Command<>(SDIFFSTORE, Decoders.LONG, Arguments.some(SDIFFSTORE, destination, "key", keys));
    }

    /** {@code SDIFFSTORE}, as {@link #sdiffStore(String, String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> sdiffStore(byte[] destination, byte[]... keys) {
        return new Command<>(SDIFFSTORE, Decoders.LONG, Arguments.some(SDIFFSTORE, destination, "key", keys));
    }

    /**
     * {@code SINTERCARD}: how many members all these sets have in common. Redis 7.
     *
     * @param limit where to stop counting, 0 for no limit
     * @throws IllegalArgumentException if no key is named or the limit is negative
     */
    public static Command<Long> sinterCard(long limit, String... keys) {
        return new Command<>(SINTERCARD, Decoders.LONG, counting(limit, keys));
    }

    /** {@code SINTERCARD}, as {@link #sinterCard(long, String...)}. */
    public static Command<Long> sinterCard(long limit, byte[]... keys) {
        return new Command<>(SINTERCARD, Decoders.LONG, counting(limit, keys));
    }

    /** {@code SSCAN}: a walk over the members. @throws IllegalArgumentException if the options name a type */
    public static Scan<String> sscan(String key, ScanOptions options) {
        return Scan.ofKey(SSCAN, key, options, TEXTS);
    }

    /** {@code SSCAN}: a walk over the members' bytes. @throws IllegalArgumentException if the options name a type */
    public static Scan<byte[]> sscanBytes(String key, ScanOptions options) {
        return Scan.ofKey(SSCAN, key, options, BYTE_ARRAYS);
    }

    /** {@code SSCAN}: a walk over the members' bytes. @throws IllegalArgumentException if the options name a type */
    public static Scan<byte[]> sscan(byte[] key, ScanOptions options) {
        return Scan.ofKey(SSCAN, key, options, BYTE_ARRAYS);
    }

    private static Object[] counting(long limit, Object[] keys) {
        Arguments.requireSome(keys.length, SINTERCARD.name(), "key");
        if (limit < 0) {
            throw new IllegalArgumentException("SINTERCARD's limit is 0 (none) or more, not " + limit);
        }
        Arguments arguments =
                Arguments.withCapacity(keys.length + 3).add(keys.length).addAll(keys);
        return (limit == 0 ? arguments : arguments.add("LIMIT").add(limit)).toArray();
    }
}
