package dev.millrace.command;

import java.util.Collection;
import java.util.List;

/**
 * Commands on lists; {@link BlockingLists} has those that wait. Indexes count from 0 at the head, negative ones from
 * -1 at the tail. A list that becomes empty ceases to exist.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=list">Redis: lists</a>
 */
public final class Lists {
    private static final Verb LINDEX = Verb.read("LINDEX");
    private static final Verb LINSERT = Verb.write("LINSERT");
    private static final Verb LLEN = Verb.read("LLEN");
    private static final Verb LMOVE = Verb.write("LMOVE").keys(KeyPositions.FIRST_TWO);
    private static final Verb LMPOP = Verb.write("LMPOP").keys(KeyPositions.countedAt(0, false));
    private static final Verb LPOP = Verb.write("LPOP");
    private static final Verb LPOS = Verb.read("LPOS");
    private static final Verb LPUSH = Verb.write("LPUSH");
    private static final Verb LPUSHX = Verb.write("LPUSHX");
    private static final Verb LRANGE = Verb.read("LRANGE");
    private static final Verb LREM = Verb.write("LREM");
    private static final Verb LSET = Verb.write("LSET");
    private static final Verb LTRIM = Verb.write("LTRIM");
    private static final Verb RPOP = Verb.write("RPOP");
    private static final Verb RPOPLPUSH = Verb.write("RPOPLPUSH").keys(KeyPositions.FIRST_TWO);
    private static final Verb RPUSH = Verb.write("RPUSH");
    private static final Verb RPUSHX = Verb.write("RPUSHX");

    static final Decoder<List<String>> TEXTS = Decoders.list(Decoders.TEXT);
    static final Decoder<List<byte[]>> BYTE_ARRAYS = Decoders.list(Decoders.BYTES);
    private static final Decoder<List<String>> TEXTS_OR_NULL = reply -> reply.nullable(() -> TEXTS.decode(reply));
    private static final Decoder<List<byte[]>> BYTE_ARRAYS_OR_NULL =
            reply -> reply.nullable(() -> BYTE_ARRAYS.decode(reply));

    private Lists() {}

    /**
     * {@code LPUSH}: adds elements at the head, one after the other, so that the last stands first; the length after.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Command<Long> lpush(String key, String... elements) {
        return new Command<>(LPUSH, Decoders.LONG, Arguments.some(LPUSH, key, "element", elements));
    }

    /** {@code LPUSH}, as {@link #lpush(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> lpush(String key, Collection<String> elements) {
        return new Command<>(LPUSH, Decoders.LONG, Arguments.some(LPUSH, key, "element", elements));
    }

    /** {@code LPUSH} of bytes, as {@link #lpush(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> lpush(String key, byte[]... elements) {
        return new Command<>(LPUSH, Decoders.LONG, Arguments.some(LPUSH, key, "element", elements));
    }

    /** {@code LPUSH} of bytes, as {@link #lpush(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> lpush(byte[] key, byte[]... elements) {
        return new Command<>(LPUSH, Decoders.LONG, Arguments.some(LPUSH, key, "element", elements));
    }

    /**
     * {@code RPUSH}: adds elements at the tail; the length after.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Command<Long> rpush(String key, String... elements) {
        return new Command<>(RPUSH, Decoders.LONG, Arguments.some(RPUSH, key, "element", elements));
    }

    /** {@code RPUSH}, as {@link #rpush(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> rpush(String key, Collection<String> elements) {
        return new Command<>(RPUSH, Decoders.LONG, Arguments.some(RPUSH, key, "element", elements));
    }

    /** {@code RPUSH} of bytes, as {@link #rpush(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> rpush(String key, byte[]... elements) {
        return new Command<>(RPUSH, Decoders.LONG, Arguments.some(RPUSH, key, "element", elements));
    }

    /** {@code RPUSH} of bytes, as {@link #rpush(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> rpush(byte[] key, byte[]... elements) {
        return new Command<>(RPUSH, Decoders.LONG, Arguments.some(RPUSH, key, "element", elements));
    }

    /**
     * {@code LPUSHX}: adds elements at the head of a list that exists; the length after, 0 where it does not.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Command<Long> lpushX(String key, String... elements) {
        return new Command<>(LPUSHX, Decoders.LONG, Arguments.some(LPUSHX, key, "element", elements));
    }

    /** {@code LPUSHX}, as {@link #lpushX(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> lpushX(String key, Collection<String> elements) {
        return new Command<>(LPUSHX, Decoders.LONG, Arguments.some(LPUSHX, key, "element", elements));
    }

    /** {@code LPUSHX} of bytes, as {@link #lpushX(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> lpushX(String key, byte[]... elements) {
        return new Command<>(LPUSHX, Decoders.LONG, Arguments.some(LPUSHX, key, "element", elements));
    }

    /** {@code LPUSHX} of bytes, as {@link #lpushX(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> lpushX(byte[] key, byte[]... elements) {
        return new Command<>(LPUSHX, Decoders.LONG, Arguments.some(LPUSHX, key, "element", elements));
    }

    /**
     * {@code RPUSHX}: adds elements at the tail of a list that exists; the length after, 0 where it does not.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Command<Long> rpushX(String key, String... elements) {
        return new Command<>(RPUSHX, Decoders.LONG, Arguments.some(RPUSHX, key, "element", elements));
    }

    /** {@code RPUSHX}, as {@link #rpushX(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> rpushX(String key, Collection<String> elements) {
        return new Command<>(RPUSHX, Decoders.LONG, Arguments.some(RPUSHX, key, "element", elements));
    }

    /** {@code RPUSHX} of bytes, as {@link #rpushX(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> rpushX(String key, byte[]... elements) {
        return new Command<>(RPUSHX, Decoders.LONG, Arguments.some(RPUSHX, key, "element", elements));
    }

    /** {@code RPUSHX} of bytes, as {@link #rpushX(String, String...)}. @throws IllegalArgumentException if there are none */
    public static Command<Long> rpushX(byte[] key, byte[]... elements) {
        return new Command<>(RPUSHX, Decoders.LONG, Arguments.some(RPUSHX, key, "element", elements));
    }

    /** {@code LPOP}: takes the first element; null where there is none. */
    public static Command<String> lpop(String key) {
        return new Command<>(LPOP, Decoders.TEXT, key);
    }

    /** {@code LPOP}: takes the first element's bytes; null where there is none. */
    public static Command<byte[]> lpopBytes(String key) {
        return new Command<>(LPOP, Decoders.BYTES, key);
    }

    /** {@code LPOP}: takes the first element's bytes; null where there is none. */
    public static Command<byte[]> lpop(byte[] key) {
        return new Command<>(LPOP, Decoders.BYTES, key);
    }

    /** {@code LPOP}: takes up to {@code count} elements from the head; null where the key does not exist. Redis 6.2. */
    public static Command<List<String>> lpop(String key, long count) {
        return new Command<>(LPOP, TEXTS_OR_NULL, key, Long.toString(count));
    }

    /** {@code LPOP}: up to {@code count} elements' bytes, as {@link #lpop(String, long)}. */
    public static Command<List<byte[]>> lpopBytes(String key, long count) {
        return new Command<>(LPOP, BYTE_ARRAYS_OR_NULL, key, Long.toString(count));
    }

    /** {@code LPOP}: up to {@code count} elements' bytes, as {@link #lpop(String, long)}. */
    public static Command<List<byte[]>> lpop(byte[] key, long count) {
        return new Command<>(LPOP, BYTE_ARRAYS_OR_NULL, key, Long.toString(count));
    }

    /** {@code RPOP}: takes the last element; null where there is none. */
    public static Command<String> rpop(String key) {
        return new Command<>(RPOP, Decoders.TEXT, key);
    }

    /** {@code RPOP}: takes the last element's bytes; null where there is none. */
    public static Command<byte[]> rpopBytes(String key) {
        return new Command<>(RPOP, Decoders.BYTES, key);
    }

    /** {@code RPOP}: takes the last element's bytes; null where there is none. */
    public static Command<byte[]> rpop(byte[] key) {
        return new Command<>(RPOP, Decoders.BYTES, key);
    }

    /**
     * {@code RPOP}: takes up to {@code count} elements from the tail, the last first; null where the key does not
     * exist. Redis 6.2.
     */
    public static Command<List<String>> rpop(String key, long count) {
        return new Command<>(RPOP, TEXTS_OR_NULL, key, Long.toString(count));
    }

    /** {@code RPOP}: up to {@code count} elements' bytes, as {@link #rpop(String, long)}. */
    public static Command<List<byte[]>> rpopBytes(String key, long count) {
        return new Command<>(RPOP, BYTE_ARRAYS_OR_NULL, key, Long.toString(count));
    }

    /** {@code RPOP}: up to {@code count} elements' bytes, as {@link #rpop(String, long)}. */
    public static Command<List<byte[]>> rpop(byte[] key, long count) {
        return new Command<>(RPOP, BYTE_ARRAYS_OR_NULL, key, Long.toString(count));
    }

    /**
     * {@code LMPOP}: takes up to {@code count} elements from an end of the first list that has any; null where none
     * has. Redis 7.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<Popped<List<String>>> lmpop(ListEnd from, long count, String... keys) {
        return new Command<>(LMPOP, Popped.decoder(TEXTS), popping(from, count, keys));
    }

    /** {@code LMPOP} of bytes, as {@link #lmpop(ListEnd, long, String...)}. */
    public static Command<Popped<List<byte[]>>> lmpopBytes(ListEnd from, long count, String... keys) {
        return new Command<>(LMPOP, Popped.decoder(BYTE_ARRAYS), popping(from, count, keys));
    }

    /** {@code LMPOP} of bytes, as {@link #lmpop(ListEnd, long, String...)}. */
    public static Command<PoppedBytes<List<byte[]>>> lmpop(ListEnd from, long count, byte[]... keys) {
        return new Command<>(LMPOP, PoppedBytes.decoder(BYTE_ARRAYS), popping(from, count, keys));
    }

    /** {@code LMOVE}: takes an element from an end and adds it to an end of another list; null where there is none. */
    public static Command<String> lmove(String source, String destination, ListEnd from, ListEnd to) {
        return new Command<>(LMOVE, Decoders.TEXT, source, destination, from.name(), to.name());
    }

    /** {@code LMOVE}: the element's bytes, as {@link #lmove(String, String, ListEnd, ListEnd)}. */
    public static Command<byte[]> lmoveBytes(String source, String destination, ListEnd from, ListEnd to) {
        return new Command<>(LMOVE, Decoders.BYTES, source, destination, from.name(), to.name());
    }

    /** {@code LMOVE}: the element's bytes, as {@link #lmove(String, String, ListEnd, ListEnd)}. */
    public static Command<byte[]> lmove(byte[] source, byte[] destination, ListEnd from, ListEnd to) {
        return new Command<>(LMOVE, Decoders.BYTES, source, destination, from.name(), to.name());
    }

    /** {@code RPOPLPUSH}: LMOVE from the tail to the head, for old habits; null where there is no element. */
    public static Command<String> rpopLpush(String source, String destination) {
        return new Command<>(RPOPLPUSH, Decoders.TEXT, source, destination);
    }

    /** {@code RPOPLPUSH}: the element's bytes, as {@link #rpopLpush(String, String)}. */
    public static Command<byte[]> rpopLpushBytes(String source, String destination) {
        return new Command<>(RPOPLPUSH, Decoders.BYTES, source, destination);
    }

    /** {@code RPOPLPUSH}: the element's bytes, as {@link #rpopLpush(String, String)}. */
    public static Command<byte[]> rpopLpush(byte[] source, byte[] destination) {
        return new Command<>(RPOPLPUSH, Decoders.BYTES, source, destination);
    }

    /** {@code LLEN}: how many elements there are; 0 where the key does not exist. */
    public static Command<Long> llen(String key) {
        return new Command<>(LLEN, Decoders.LONG, key);
    }

    /** {@code LLEN}: how many elements there are; 0 where the key does not exist. */
    public static Command<Long> llen(byte[] key) {
        return new Command<>(LLEN, Decoders.LONG, key);
    }

    /** {@code LINDEX}: the element at an index, or null where there is none. */
    public static Command<String> lindex(String key, long index) {
        return new Command<>(LINDEX, Decoders.TEXT, key, Long.toString(index));
    }

    /** {@code LINDEX}: the bytes of the element at an index, or null where there is none. */
    public static Command<byte[]> lindexBytes(String key, long index) {
        return new Command<>(LINDEX, Decoders.BYTES, key, Long.toString(index));
    }

    /** {@code LINDEX}: the bytes of the element at an index, or null where there is none. */
    public static Command<byte[]> lindex(byte[] key, long index) {
        return new Command<>(LINDEX, Decoders.BYTES, key, Long.toString(index));
    }

    /** {@code LRANGE}: the elements from {@code start} to {@code stop}, both included; empty where there are none. */
    public static Command<List<String>> lrange(String key, long start, long stop) {
        return new Command<>(LRANGE, TEXTS, key, Long.toString(start), Long.toString(stop));
    }

    /** {@code LRANGE}: the elements' bytes, as {@link #lrange(String, long, long)}. */
    public static Command<List<byte[]>> lrangeBytes(String key, long start, long stop) {
        return new Command<>(LRANGE, BYTE_ARRAYS, key, Long.toString(start), Long.toString(stop));
    }

    /** {@code LRANGE}: the elements' bytes, as {@link #lrange(String, long, long)}. */
    public static Command<List<byte[]>> lrange(byte[] key, long start, long stop) {
        return new Command<>(LRANGE, BYTE_ARRAYS, key, Long.toString(start), Long.toString(stop));
    }

    /** {@code LPOS}: the index of the first element like this, or null where there is none. */
    public static Command<Long> lpos(String key, String element) {
        return finding(key, element, LPosOptions.ofDefaults());
    }

    /** {@code LPOS}: the index of the first element like this, or null where there is none. */
    public static Command<Long> lpos(String key, byte[] element) {
        return finding(key, element, LPosOptions.ofDefaults());
    }

    /** {@code LPOS}: the index of the first element like this, or null where there is none. */
    public static Command<Long> lpos(byte[] key, byte[] element) {
        return finding(key, element, LPosOptions.ofDefaults());
    }

    /** {@code LPOS} with options: the index of the element that they ask for, or null where there is none. */
    public static Command<Long> lpos(String key, String element, LPosOptions options) {
        return finding(key, element, options);
    }

    /** {@code LPOS} with options: the index of the element that they ask for, or null where there is none. */
    public static Command<Long> lpos(String key, byte[] element, LPosOptions options) {
        return finding(key, element, options);
    }

    /** {@code LPOS} with options: the index of the element that they ask for, or null where there is none. */
    public static Command<Long> lpos(byte[] key, byte[] element, LPosOptions options) {
        return finding(key, element, options);
    }

    /** {@code LPOS} with {@code COUNT}: the indexes of up to {@code count} elements like this, 0 for all. */
    public static Command<List<Long>> lpos(String key, String element, LPosOptions options, long count) {
        return findingSome(key, element, options, count);
    }

    /** {@code LPOS} with {@code COUNT}: the indexes of up to {@code count} elements like this, 0 for all. */
    public static Command<List<Long>> lpos(String key, byte[] element, LPosOptions options, long count) {
        return findingSome(key, element, options, count);
    }

    /** {@code LPOS} with {@code COUNT}: the indexes of up to {@code count} elements like this, 0 for all. */
    public static Command<List<Long>> lpos(byte[] key, byte[] element, LPosOptions options, long count) {
        return findingSome(key, element, options, count);
    }

    /** {@code LINSERT BEFORE}: adds in front of the first {@code pivot}; the length, -1 without a pivot, 0 without key. */
    public static Command<Long> linsertBefore(String key, String pivot, String element) {
        return new Command<>(LINSERT, Decoders.LONG, key, "BEFORE", pivot, element);
    }

    /** {@code LINSERT BEFORE} of bytes, as {@link #linsertBefore(String, String, String)}. */
    public static Command<Long> linsertBefore(String key, byte[] pivot, byte[] element) {
        return new Command<>(LINSERT, Decoders.LONG, key, "BEFORE", pivot, element);
    }

    /** {@code LINSERT BEFORE} of bytes, as {@link #linsertBefore(String, String, String)}. */
    public static Command<Long> linsertBefore(byte[] key, byte[] pivot, byte[] element) {
        return new Command<>(LINSERT, Decoders.LONG, key, "BEFORE", pivot, element);
    }

    /** {@code LINSERT AFTER}: adds behind the first {@code pivot}; the length, -1 without a pivot, 0 without key. */
    public static Command<Long> linsertAfter(String key, String pivot, String element) {
        return new Command<>(LINSERT, Decoders.LONG, key, "AFTER", pivot, element);
    }

    /** {@code LINSERT AFTER} of bytes, as {@link #linsertAfter(String, String, String)}. */
    public static Command<Long> linsertAfter(String key, byte[] pivot, byte[] element) {
        return new Command<>(LINSERT, Decoders.LONG, key, "AFTER", pivot, element);
    }

    /** {@code LINSERT AFTER} of bytes, as {@link #linsertAfter(String, String, String)}. */
    public static Command<Long> linsertAfter(byte[] key, byte[] pivot, byte[] element) {
        return new Command<>(LINSERT, Decoders.LONG, key, "AFTER", pivot, element);
    }

    /** {@code LSET}: replaces the element at an index. Answers OK; an error where there is none. */
    public static Command<String> lset(String key, long index, String element) {
        return new Command<>(LSET, Decoders.OK, key, Long.toString(index), element);
    }

    /** {@code LSET}: replaces the element at an index. Answers OK; an error where there is none. */
    public static Command<String> lset(String key, long index, byte[] element) {
        return new Command<>(LSET, Decoders.OK, key, Long.toString(index), element);
    }

    /** {@code LSET}: replaces the element at an index. Answers OK; an error where there is none. */
    public static Command<String> lset(byte[] key, long index, byte[] element) {
        return new Command<>(LSET, Decoders.OK, key, Long.toString(index), element);
    }

    /**
     * {@code LREM}: removes up to {@code count} elements like this, from the head on, from the tail on where the count
     * is negative, all of them for 0; how many were removed.
     */
    public static Command<Long> lrem(String key, long count, String element) {
        return new Command<>(LREM, Decoders.LONG, key, Long.toString(count), element);
    }

    /** {@code LREM} of bytes, as {@link #lrem(String, long, String)}. */
    public static Command<Long> lrem(String key, long count, byte[] element) {
        return new Command<>(LREM, Decoders.LONG, key, Long.toString(count), element);
    }

    /** {@code LREM} of bytes, as {@link #lrem(String, long, String)}. */
    public static Command<Long> lrem(byte[] key, long count, byte[] element) {
        return new Command<>(LREM, Decoders.LONG, key, Long.toString(count), element);
    }

    /** {@code LTRIM}: leaves only the elements from {@code start} to {@code stop}, both included. Answers OK. */
    public static Command<String> ltrim(String key, long start, long stop) {
        return new Command<>(LTRIM, Decoders.OK, key, Long.toString(start), Long.toString(stop));
    }

    /** {@code LTRIM}: leaves only the elements from {@code start} to {@code stop}, both included. Answers OK. */
    public static Command<String> ltrim(byte[] key, long start, long stop) {
        return new Command<>(LTRIM, Decoders.OK, key, Long.toString(start), Long.toString(stop));
    }

    private static Object[] popping(ListEnd from, long count, Object[] keys) {
        Arguments.requireSome(keys.length, LMPOP.name(), "key");
        return Arguments.withCapacity(keys.length + 4)
                .add(keys.length)
                .addAll(keys)
                .add(from.name())
                .add("COUNT")
                .add(count)
                .toArray();
    }

    private static Command<Long> finding(Object key, Object element, LPosOptions options) {
        Arguments arguments = Arguments.of(key).addRaw(element);
        options.addTo(arguments);
        return new Command<>(LPOS, Decoders.LONG_OR_NULL, arguments.toArray());
    }

    private static Command<List<Long>> findingSome(Object key, Object element, LPosOptions options, long count) {
        Arguments arguments = Arguments.of(key).addRaw(element);
        options.addTo(arguments);
        return new Command<>(
                LPOS, Decoders.LONGS, arguments.add("COUNT").add(count).toArray());
    }
}
