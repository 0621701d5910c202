package dev.millrace.command;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Commands on the entries of streams. Groups and their consumers are in {@link StreamGroups}.
 *
 * <p>Names of fields are text. Values are text, or bytes where the key is; {@code …Bytes} writes or answers values as
 * bytes under a key that is text. Entries are answered oldest first where nothing else is said.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=stream">Redis: streams</a>
 */
public final class Streams {
    private static final Verb XADD = Verb.write("XADD");
    private static final Verb XLEN = Verb.read("XLEN");
    private static final Verb XDEL = Verb.write("XDEL");
    private static final Verb XTRIM = Verb.write("XTRIM");
    private static final Verb XSETID = Verb.write("XSETID");
    private static final Verb XRANGE = Verb.read("XRANGE");
    private static final Verb XREVRANGE = Verb.read("XREVRANGE");
    private static final Verb XREAD = Verb.read("XREAD").keys(KeyPositions.afterStreams());
    private static final Verb XREAD_BLOCK = XREAD.blocking();
    private static final Verb XINFO_STREAM = Verb.read("XINFO STREAM");

    private static final Decoder<Map<String, List<StreamEntry<String>>>> BY_STREAM =
            StreamEntry.byStream(StreamEntry.LIST);
    private static final Decoder<Map<String, List<StreamEntry<byte[]>>>> BYTES_BY_STREAM =
            StreamEntry.byStream(StreamEntry.BYTES_LIST);
    private static final Decoder<List<StreamEntry<String>>> ONE = StreamEntry.ofOneStream(StreamEntry.LIST);
    private static final Decoder<List<StreamEntry<byte[]>>> ONE_BYTES = StreamEntry.ofOneStream(StreamEntry.BYTES_LIST);

    private Streams() {}

    /**
     * {@code XADD}: appends an entry with these fields, in the map's order. Answers its id.
     *
     * @throws IllegalArgumentException if there is no field
     */
    public static Command<StreamId> xadd(String key, Map<String, String> fields) {
        return append(key, XAddOptions.ofDefaults(), fields);
    }

    /**
     * {@code XADD}: appends an entry with these fields, in the map's order. Answers its id, or null where the stream
     * does not exist and the options do not make it.
     *
     * @throws IllegalArgumentException if there is no field
     */
    public static Command<StreamId> xadd(String key, XAddOptions options, Map<String, String> fields) {
        return append(key, options, fields);
    }

    /**
     * {@code XADD}: appends an entry with these fields, in the map's order. Answers its id.
     *
     * @throws IllegalArgumentException if there is no field
     */
    public static Command<StreamId> xaddBytes(String key, Map<String, byte[]> fields) {
        return append(key, XAddOptions.ofDefaults(), fields);
    }

    /**
     * {@code XADD}: as {@link #xadd(String, XAddOptions, Map)}, the values being bytes.
     *
     * @throws IllegalArgumentException if there is no field
     */
    public static Command<StreamId> xaddBytes(String key, XAddOptions options, Map<String, byte[]> fields) {
        return append(key, options, fields);
    }

    /**
     * {@code XADD}: appends an entry with these fields, in the map's order. Answers its id.
     *
     * @throws IllegalArgumentException if there is no field
     */
    public static Command<StreamId> xadd(byte[] key, Map<String, byte[]> fields) {
        return append(key, XAddOptions.ofDefaults(), fields);
    }

    /**
     * {@code XADD}: as {@link #xadd(String, XAddOptions, Map)}, the values being bytes.
     *
     * @throws IllegalArgumentException if there is no field
     */
    public static Command<StreamId> xadd(byte[] key, XAddOptions options, Map<String, byte[]> fields) {
        return append(key, options, fields);
    }

    /** {@code XLEN}: how many entries there are; 0 where the key does not exist. */
    public static Command<Long> xlen(String key) {
        return new Command<>(XLEN, Decoders.LONG, key);
    }

    /** {@code XLEN}: how many entries there are; 0 where the key does not exist. */
    public static Command<Long> xlen(byte[] key) {
        return new Command<>(XLEN, Decoders.LONG, key);
    }

    /**
     * {@code XDEL}: deletes the entries. Answers how many there were.
     *
     * @throws IllegalArgumentException if no id is given
     */
    public static Command<Long> xdel(String key, StreamId... ids) {
        return new Command<>(XDEL, Decoders.LONG, someIds(XDEL, ids, key));
    }

    /**
     * {@code XDEL}: deletes the entries. Answers how many there were.
     *
     * @throws IllegalArgumentException if no id is given
     */
    public static Command<Long> xdel(String key, Collection<StreamId> ids) {
        return xdel(key, ids.toArray(StreamId[]::new));
    }

    /**
     * {@code XDEL}: deletes the entries. Answers how many there were.
     *
     * @throws IllegalArgumentException if no id is given
     */
    public static Command<Long> xdel(byte[] key, StreamId... ids) {
        return new Command<>(XDEL, Decoders.LONG, someIds(XDEL, ids, key));
    }

    /** {@code XTRIM}: cuts the stream back at its old end. Answers how many entries were deleted. */
    public static Command<Long> xtrim(String key, StreamTrim trim) {
        return cut(key, trim);
    }

    /** {@code XTRIM}: cuts the stream back at its old end. Answers how many entries were deleted. */
    public static Command<Long> xtrim(byte[] key, StreamTrim trim) {
        return cut(key, trim);
    }

    /** {@code XSETID}: sets the id that counts as the last one, after which the next entry comes. Answers OK. */
    public static Command<String> xsetId(String key, StreamId last) {
        return new Command<>(XSETID, Decoders.OK, key, last.toString());
    }

    /** {@code XSETID}: sets the id that counts as the last one, after which the next entry comes. Answers OK. */
    public static Command<String> xsetId(byte[] key, StreamId last) {
        return new Command<>(XSETID, Decoders.OK, key, last.toString());
    }

    /** {@code XRANGE}: the entries with ids in the range; empty where the key does not exist. */
    public static Command<List<StreamEntry<String>>> xrange(String key, Range<StreamId> range) {
        return new Command<>(XRANGE, StreamEntry.LIST, key, Bounds.lowId(range), Bounds.highId(range));
    }

    /** {@code XRANGE}: the entries with ids in the range; empty where the key does not exist. */
    public static Command<List<StreamEntry<byte[]>>> xrangeBytes(String key, Range<StreamId> range) {
        return new Command<>(XRANGE, StreamEntry.BYTES_LIST, key, Bounds.lowId(range), Bounds.highId(range));
    }

    /** {@code XRANGE}: the entries with ids in the range; empty where the key does not exist. */
    public static Command<List<StreamEntry<byte[]>>> xrange(byte[] key, Range<StreamId> range) {
        return new Command<>(XRANGE, StreamEntry.BYTES_LIST, key, Bounds.lowId(range), Bounds.highId(range));
    }

    /** {@code XRANGE … COUNT}: the first entries in the range, {@code count} at most. */
    public static Command<List<StreamEntry<String>>> xrange(String key, Range<StreamId> range, long count) {
        return new Command<>(XRANGE, StreamEntry.LIST, counted(key, range, count));
    }

    /** {@code XRANGE … COUNT}: the first entries in the range, {@code count} at most. */
    public static Command<List<StreamEntry<byte[]>>> xrangeBytes(String key, Range<StreamId> range, long count) {
        return new Command<>(XRANGE, StreamEntry.BYTES_LIST, counted(key, range, count));
    }

    /** {@code XRANGE … COUNT}: the first entries in the range, {@code count} at most. */
    public static Command<List<StreamEntry<byte[]>>> xrange(byte[] key, Range<StreamId> range, long count) {
        return new Command<>(XRANGE, StreamEntry.BYTES_LIST, counted(key, range, count));
    }

    /** {@code XREVRANGE}: the entries with ids in the range, newest first; empty where the key does not exist. */
    public static Command<List<StreamEntry<String>>> xrevRange(String key, Range<StreamId> range) {
        return new Command<>(XREVRANGE, StreamEntry.LIST, key, Bounds.highId(range), Bounds.lowId(range));
    }

    /** {@code XREVRANGE}: the entries with ids in the range, newest first; empty where the key does not exist. */
    public static Command<List<StreamEntry<byte[]>>> xrevRangeBytes(String key, Range<StreamId> range) {
        return new Command<>(XREVRANGE, StreamEntry.BYTES_LIST, key, Bounds.highId(range), Bounds.lowId(range));
    }

    /** {@code XREVRANGE}: the entries with ids in the range, newest first; empty where the key does not exist. */
    public static Command<List<StreamEntry<byte[]>>> xrevRange(byte[] key, Range<StreamId> range) {
        return new Command<>(XREVRANGE, StreamEntry.BYTES_LIST, key, Bounds.highId(range), Bounds.lowId(range));
    }

    /** {@code XREVRANGE … COUNT}: the newest entries in the range, newest first, {@code count} at most. */
    public static Command<List<StreamEntry<String>>> xrevRange(String key, Range<StreamId> range, long count) {
        return new Command<>(XREVRANGE, StreamEntry.LIST, countedBackwards(key, range, count));
    }

    /** {@code XREVRANGE … COUNT}: the newest entries in the range, newest first, {@code count} at most. */
    public static Command<List<StreamEntry<byte[]>>> xrevRangeBytes(String key, Range<StreamId> range, long count) {
        return new Command<>(XREVRANGE, StreamEntry.BYTES_LIST, countedBackwards(key, range, count));
    }

    /** {@code XREVRANGE … COUNT}: the newest entries in the range, newest first, {@code count} at most. */
    public static Command<List<StreamEntry<byte[]>>> xrevRange(byte[] key, Range<StreamId> range, long count) {
        return new Command<>(XREVRANGE, StreamEntry.BYTES_LIST, countedBackwards(key, range, count));
    }

    /**
     * {@code XREAD}: the entries of one stream from a place on; empty where there is none in time.
     *
     * @throws IllegalArgumentException if the place is one of a group's
     */
    public static Command<List<StreamEntry<String>>> xread(XReadOptions options, String key, ReadFrom from) {
        return new Command<>(verb(options), ONE, reading(options, new Object[] {key}, List.of(from)));
    }

    /**
     * {@code XREAD}: the entries of one stream from a place on; empty where there is none in time.
     *
     * @throws IllegalArgumentException if the place is one of a group's
     */
    public static Command<List<StreamEntry<byte[]>>> xreadBytes(XReadOptions options, String key, ReadFrom from) {
        return new Command<>(verb(options), ONE_BYTES, reading(options, new Object[] {key}, List.of(from)));
    }

    /**
     * {@code XREAD}: the entries of one stream from a place on; empty where there is none in time.
     *
     * @throws IllegalArgumentException if the place is one of a group's
     */
    public static Command<List<StreamEntry<byte[]>>> xread(XReadOptions options, byte[] key, ReadFrom from) {
        return new Command<>(verb(options), ONE_BYTES, reading(options, new Object[] {key}, List.of(from)));
    }

    /**
     * {@code XREAD}: the entries of several streams, each from a place on; only streams that have any in time. In a
     * cluster all keys must have the same slot.
     *
     * @throws IllegalArgumentException if no stream is named or a place is one of a group's
     */
    public static Command<Map<String, List<StreamEntry<String>>>> xread(
            XReadOptions options, Map<String, ReadFrom> streams) {
        return new Command<>(
                verb(options), BY_STREAM, reading(options, streams.keySet().toArray(), streams.values()));
    }

    /**
     * {@code XREAD}: as {@link #xread(XReadOptions, Map)}, the values being bytes.
     *
     * @throws IllegalArgumentException if no stream is named or a place is one of a group's
     */
    public static Command<Map<String, List<StreamEntry<byte[]>>>> xreadBytes(
            XReadOptions options, Map<String, ReadFrom> streams) {
        return new Command<>(
                verb(options),
                BYTES_BY_STREAM,
                reading(options, streams.keySet().toArray(), streams.values()));
    }

    /** {@code XINFO STREAM}: what the server tells about the stream; an error where it does not exist. */
    public static Command<StreamInfo> xinfoStream(String key) {
        return new Command<>(XINFO_STREAM, StreamInfo.DECODER, key);
    }

    /** {@code XINFO STREAM}: what the server tells about the stream; an error where it does not exist. */
    public static Command<StreamInfo> xinfoStream(byte[] key) {
        return new Command<>(XINFO_STREAM, StreamInfo.DECODER, key);
    }

    /**
     * {@code XINFO STREAM … FULL}: everything about the stream, its groups and their consumers, as the server
     * structures it.
     *
     * @param count how many entries, and pending entries, are listed at most; 0 for all
     */
    public static Command<Value> xinfoStreamFull(String key, long count) {
        return new Command<>(XINFO_STREAM, Value::read, key, "FULL", "COUNT", Long.toString(count));
    }

    /** The key and {@code more}, then the ids, of which there must be one. */
    static Object[] someIds(Verb verb, StreamId[] ids, Object... more) {
        Arguments.requireSome(ids.length, verb.name(), "id");
        Arguments arguments = Arguments.withCapacity(more.length + ids.length).addAll(more);
        for (StreamId id : ids) {
            arguments.add(id.toString());
        }
        return arguments.toArray();
    }

    /** The word STREAMS, the keys, and where to read each from. */
    static void addStreams(Arguments arguments, String command, Object[] keys, Collection<ReadFrom> places) {
        Arguments.requireSome(keys.length, command, "stream");
        arguments.add("STREAMS").addAll(keys);
        places.forEach(place -> arguments.add(place.text()));
    }

    private static Command<StreamId> append(Object key, XAddOptions options, Map<String, ?> fields) {
        Arguments.requireSome(fields.size(), "XADD", "field");
        Arguments arguments = Arguments.withCapacity(8 + 2 * fields.size()).addRaw(key);
        options.addTo(arguments);
        fields.forEach((name, value) -> arguments.add(name).addRaw(value));
        return new Command<>(XADD, StreamId.DECODER, arguments.toArray());
    }

    private static Command<Long> cut(Object key, StreamTrim trim) {
        Arguments arguments = Arguments.of(key);
        trim.addTo(arguments);
        return new Command<>(XTRIM, Decoders.LONG, arguments.toArray());
    }

    private static Object[] counted(Object key, Range<StreamId> range, long count) {
        return new Object[] {key, Bounds.lowId(range), Bounds.highId(range), "COUNT", Long.toString(count)};
    }

    private static Object[] countedBackwards(Object key, Range<StreamId> range, long count) {
        return new Object[] {key, Bounds.highId(range), Bounds.lowId(range), "COUNT", Long.toString(count)};
    }

    private static Verb verb(XReadOptions options) {
        return options.block() == null ? XREAD : XREAD_BLOCK;
    }

    private static Object[] reading(XReadOptions options, Object[] keys, Collection<ReadFrom> places) {
        if (places.contains(ReadFrom.undelivered())) {
            throw new IllegalArgumentException("XREAD has no place \">\", which is a group's; use xreadGroup for it");
        }
        Arguments arguments = Arguments.withCapacity(5 + 2 * keys.length);
        options.addTo(arguments);
        addStreams(arguments, "XREAD", keys, places);
        return arguments.toArray();
    }
}
