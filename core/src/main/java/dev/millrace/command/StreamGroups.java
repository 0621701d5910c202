package dev.millrace.command;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Commands on the groups of streams: consumers that share the entries of a stream, each of which goes to one of them
 * and is pending until it is acknowledged. Values are text or bytes as {@link Streams} has it.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=stream">Redis: streams</a>
 */
public final class StreamGroups {
    private static final Verb XGROUP_CREATE = Verb.write("XGROUP CREATE");
    private static final Verb XGROUP_SETID = Verb.write("XGROUP SETID");
    private static final Verb XGROUP_DESTROY = Verb.write("XGROUP DESTROY");
    private static final Verb XGROUP_CREATECONSUMER = Verb.write("XGROUP CREATECONSUMER");
    private static final Verb XGROUP_DELCONSUMER = Verb.write("XGROUP DELCONSUMER");
    // GROUP, its name and the consumer's stand first, and either name may be the word STREAMS.
    private static final Verb XREADGROUP = Verb.write("XREADGROUP").keys(KeyPositions.afterStreams(3));
    private static final Verb XREADGROUP_BLOCK = XREADGROUP.blocking();
    private static final Verb XACK = Verb.write("XACK");
    private static final Verb XCLAIM = Verb.write("XCLAIM");
    private static final Verb XAUTOCLAIM = Verb.write("XAUTOCLAIM");
    private static final Verb XPENDING = Verb.read("XPENDING");
    private static final Verb XINFO_GROUPS = Verb.read("XINFO GROUPS");
    private static final Verb XINFO_CONSUMERS = Verb.read("XINFO CONSUMERS");

    private static final Decoder<Map<String, List<StreamEntry<String>>>> BY_STREAM =
            StreamEntry.byStream(StreamEntry.LIST);
    private static final Decoder<Map<String, List<StreamEntry<byte[]>>>> BYTES_BY_STREAM =
            StreamEntry.byStream(StreamEntry.BYTES_LIST);
    private static final Decoder<List<StreamEntry<String>>> ONE = StreamEntry.ofOneStream(StreamEntry.LIST);
    private static final Decoder<List<StreamEntry<byte[]>>> ONE_BYTES = StreamEntry.ofOneStream(StreamEntry.BYTES_LIST);
    private static final Decoder<List<StreamId>> IDS = Decoders.list(StreamId.DECODER);
    private static final Decoder<AutoClaimed<StreamEntry<String>>> AUTO = AutoClaimed.decoder(StreamEntry.LIST);
    private static final Decoder<AutoClaimed<StreamEntry<byte[]>>> AUTO_BYTES =
            AutoClaimed.decoder(StreamEntry.BYTES_LIST);
    private static final Decoder<AutoClaimed<StreamId>> AUTO_IDS = AutoClaimed.decoder(IDS);

    private StreamGroups() {}

    /**
     * {@code XGROUP CREATE}: makes a group that begins to read at this place. Answers OK; where the group exists,
     * {@link ServerError.GroupExists}.
     *
     * @throws IllegalArgumentException if the place is neither an id nor {@link ReadFrom#newEntries()}
     */
    public static Command<String> xgroupCreate(String key, String group, ReadFrom from) {
        return create(key, group, from, XGroupOptions.ofDefaults());
    }

    /**
     * {@code XGROUP CREATE}: makes a group that begins to read at this place. Answers OK; where the group exists,
     * {@link ServerError.GroupExists}.
     *
     * @throws IllegalArgumentException if the place is neither an id nor {@link ReadFrom#newEntries()}
     */
    public static Command<String> xgroupCreate(String key, String group, ReadFrom from, XGroupOptions options) {
        return create(key, group, from, options);
    }

    /**
     * {@code XGROUP CREATE}: makes a group that begins to read at this place. Answers OK; where the group exists,
     * {@link ServerError.GroupExists}.
     *
     * @throws IllegalArgumentException if the place is neither an id nor {@link ReadFrom#newEntries()}
     */
    public static Command<String> xgroupCreate(byte[] key, String group, ReadFrom from, XGroupOptions options) {
        return create(key, group, from, options);
    }

    /**
     * {@code XGROUP SETID}: lets the group go on reading at this place. Answers OK.
     *
     * @throws IllegalArgumentException if the place is neither an id nor {@link ReadFrom#newEntries()}
     */
    public static Command<String> xgroupSetId(String key, String group, ReadFrom from) {
        return new Command<>(XGROUP_SETID, Decoders.OK, key, group, place(XGROUP_SETID, from));
    }

    /**
     * {@code XGROUP SETID}: lets the group go on reading at this place. Answers OK.
     *
     * @throws IllegalArgumentException if the place is neither an id nor {@link ReadFrom#newEntries()}
     */
    public static Command<String> xgroupSetId(byte[] key, String group, ReadFrom from) {
        return new Command<>(XGROUP_SETID, Decoders.OK, key, group, place(XGROUP_SETID, from));
    }

    /**
     * {@code XGROUP SETID … ENTRIESREAD}: lets the group go on reading at this place, as if it had read so many entries
     * before. Answers OK. From Redis 7.
     *
     * @throws IllegalArgumentException if the place is neither an id nor {@link ReadFrom#newEntries()}
     */
    public static Command<String> xgroupSetId(String key, String group, ReadFrom from, long entriesRead) {
        String place = place(XGROUP_SETID, from);
        return new Command<>(XGROUP_SETID, Decoders.OK, key, group, place, "ENTRIESREAD", Long.toString(entriesRead));
    }

    /** {@code XGROUP DESTROY}: removes the group with what is pending in it. Answers whether there was one. */
    public static Command<Boolean> xgroupDestroy(String key, String group) {
        return new Command<>(XGROUP_DESTROY, Decoders.BOOLEAN, key, group);
    }

    /** {@code XGROUP DESTROY}: removes the group with what is pending in it. Answers whether there was one. */
    public static Command<Boolean> xgroupDestroy(byte[] key, String group) {
        return new Command<>(XGROUP_DESTROY, Decoders.BOOLEAN, key, group);
    }

    /** {@code XGROUP CREATECONSUMER}: makes a consumer. Answers whether it is new. */
    public static Command<Boolean> xgroupCreateConsumer(String key, StreamConsumer consumer) {
        return new Command<>(XGROUP_CREATECONSUMER, Decoders.BOOLEAN, key, consumer.group(), consumer.name());
    }

    /** {@code XGROUP CREATECONSUMER}: makes a consumer. Answers whether it is new. */
    public static Command<Boolean> xgroupCreateConsumer(byte[] key, StreamConsumer consumer) {
        return new Command<>(XGROUP_CREATECONSUMER, Decoders.BOOLEAN, key, consumer.group(), consumer.name());
    }

    /**
     * {@code XGROUP DELCONSUMER}: removes a consumer. What it had pending can't be claimed any more. Answers how many
     * entries that were.
     */
    public static Command<Long> xgroupDelConsumer(String key, StreamConsumer consumer) {
        return new Command<>(XGROUP_DELCONSUMER, Decoders.LONG, key, consumer.group(), consumer.name());
    }

    /** {@code XGROUP DELCONSUMER}: as {@link #xgroupDelConsumer(String, StreamConsumer)}. */
    public static Command<Long> xgroupDelConsumer(byte[] key, StreamConsumer consumer) {
        return new Command<>(XGROUP_DELCONSUMER, Decoders.LONG, key, consumer.group(), consumer.name());
    }

    /**
     * {@code XREADGROUP}: gives the consumer entries of one stream, new ones for {@link ReadFrom#undelivered()}, else
     * its own pending ones; empty where there is none in time.
     *
     * @throws IllegalArgumentException if the place is one that groups do not have
     */
    public static Command<List<StreamEntry<String>>> xreadGroup(
            StreamConsumer consumer, XReadGroupOptions options, String key, ReadFrom from) {
        return new Command<>(verb(options), ONE, reading(consumer, options, new Object[] {key}, List.of(from)));
    }

    /**
     * {@code XREADGROUP}: as {@link #xreadGroup(StreamConsumer, XReadGroupOptions, String, ReadFrom)}, in bytes.
     *
     * @throws IllegalArgumentException if the place is one that groups do not have
     */
    public static Command<List<StreamEntry<byte[]>>> xreadGroupBytes(
            StreamConsumer consumer, XReadGroupOptions options, String key, ReadFrom from) {
        return new Command<>(verb(options), ONE_BYTES, reading(consumer, options, new Object[] {key}, List.of(from)));
    }

    /**
     * {@code XREADGROUP}: as {@link #xreadGroup(StreamConsumer, XReadGroupOptions, String, ReadFrom)}, in bytes.
     *
     * @throws IllegalArgumentException if the place is one that groups do not have
     */
    public static Command<List<StreamEntry<byte[]>>> xreadGroup(
            StreamConsumer consumer, XReadGroupOptions options, byte[] key, ReadFrom from) {
        return new Command<>(verb(options), ONE_BYTES, reading(consumer, options, new Object[] {key}, List.of(from)));
    }

    /**
     * {@code XREADGROUP}: gives the consumer entries of several streams, each of which has the group; only streams that
     * have any in time. In a cluster all keys must have the same slot.
     *
     * @throws IllegalArgumentException if no stream is named or a place is one that groups do not have
     */
    public static Command<Map<String, List<StreamEntry<String>>>> xreadGroup(
            StreamConsumer consumer, XReadGroupOptions options, Map<String, ReadFrom> streams) {
        return new Command<>(
                verb(options),
                BY_STREAM,
                reading(consumer, options, streams.keySet().toArray(), streams.values()));
    }

    /**
     * {@code XREADGROUP}: as {@link #xreadGroup(StreamConsumer, XReadGroupOptions, Map)}, in bytes.
     *
     * @throws IllegalArgumentException if no stream is named or a place is one that groups do not have
     */
    public static Command<Map<String, List<StreamEntry<byte[]>>>> xreadGroupBytes(
            StreamConsumer consumer, XReadGroupOptions options, Map<String, ReadFrom> streams) {
        return new Command<>(
                verb(options),
                BYTES_BY_STREAM,
                reading(consumer, options, streams.keySet().toArray(), streams.values()));
    }

    /**
     * {@code XACK}: acknowledges entries: they are pending no more. Answers how many were.
     *
     * @throws IllegalArgumentException if no id is given
     */
    public static Command<Long> xack(String key, String group, StreamId... ids) {
        return new Command<>(XACK, Decoders.LONG, Streams.someIds(XACK, ids, key, group));
    }

    /**
     * {@code XACK}: acknowledges entries: they are pending no more. Answers how many were.
     *
     * @throws IllegalArgumentException if no id is given
     */
    public static Command<Long> xack(String key, String group, Collection<StreamId> ids) {
        return xack(key, group, ids.toArray(StreamId[]::new));
    }

    /**
     * {@code XACK}: acknowledges entries: they are pending no more. Answers how many were.
     *
     * @throws IllegalArgumentException if no id is given
     */
    public static Command<Long> xack(byte[] key, String group, StreamId... ids) {
        return new Command<>(XACK, Decoders.LONG, Streams.someIds(XACK, ids, key, group));
    }

    /**
     * {@code XCLAIM}: gives the consumer pending entries that were not delivered for {@code minIdle}. Answers those it
     * has now.
     *
     * @throws IllegalArgumentException if no id is given
     */
    public static Command<List<StreamEntry<String>>> xclaim(
            String key, StreamConsumer consumer, Duration minIdle, XClaimOptions options, StreamId... ids) {
        return new Command<>(XCLAIM, StreamEntry.LIST, claiming(key, consumer, minIdle, options, false, ids));
    }

    /**
     * {@code XCLAIM}: as {@link #xclaim(String, StreamConsumer, Duration, XClaimOptions, StreamId...)}, in bytes.
     *
     * @throws IllegalArgumentException if no id is given
     */
    public static Command<List<StreamEntry<byte[]>>> xclaimBytes(
            String key, StreamConsumer consumer, Duration minIdle, XClaimOptions options, StreamId... ids) {
        return new Command<>(XCLAIM, StreamEntry.BYTES_LIST, claiming(key, consumer, minIdle, options, false, ids));
    }

    /**
     * {@code XCLAIM}: as {@link #xclaim(String, StreamConsumer, Duration, XClaimOptions, StreamId...)}, in bytes.
     *
     * @throws IllegalArgumentException if no id is given
     */
    public static Command<List<StreamEntry<byte[]>>> xclaim(
            byte[] key, StreamConsumer consumer, Duration minIdle, XClaimOptions options, StreamId... ids) {
        return new Command<>(XCLAIM, StreamEntry.BYTES_LIST, claiming(key, consumer, minIdle, options, false, ids));
    }

    /**
     * {@code XCLAIM … JUSTID}: as {@link #xclaim(String, StreamConsumer, Duration, XClaimOptions, StreamId...)}, but
     * answers the ids only, and does not count a delivery.
     *
     * @throws IllegalArgumentException if no id is given
     */
    public static Command<List<StreamId>> xclaimJustId(
            String key, StreamConsumer consumer, Duration minIdle, XClaimOptions options, StreamId... ids) {
        return new Command<>(XCLAIM, IDS, claiming(key, consumer, minIdle, options, true, ids));
    }

    /**
     * {@code XCLAIM … JUSTID}: as {@link #xclaimJustId(String, StreamConsumer, Duration, XClaimOptions, StreamId...)}.
     *
     * @throws IllegalArgumentException if no id is given
     */
    public static Command<List<StreamId>> xclaimJustId(
            byte[] key, StreamConsumer consumer, Duration minIdle, XClaimOptions options, StreamId... ids) {
        return new Command<>(XCLAIM, IDS, claiming(key, consumer, minIdle, options, true, ids));
    }

    /**
     * {@code XAUTOCLAIM}: gives the consumer the pending entries, from {@code start} on, that were not delivered for
     * {@code minIdle}; {@code count} at most, of which the server looks at ten times as many.
     *
     * @throws IllegalArgumentException if the count is below 1
     */
    public static Command<AutoClaimed<StreamEntry<String>>> xautoClaim(
            String key, StreamConsumer consumer, Duration minIdle, StreamId start, long count) {
        return new Command<>(XAUTOCLAIM, AUTO, autoClaiming(key, consumer, minIdle, start, count, false));
    }

    /**
     * {@code XAUTOCLAIM}: as {@link #xautoClaim(String, StreamConsumer, Duration, StreamId, long)}, in bytes.
     *
     * @throws IllegalArgumentException if the count is below 1
     */
    public static Command<AutoClaimed<StreamEntry<byte[]>>> xautoClaimBytes(
            String key, StreamConsumer consumer, Duration minIdle, StreamId start, long count) {
        return new Command<>(XAUTOCLAIM, AUTO_BYTES, autoClaiming(key, consumer, minIdle, start, count, false));
    }

    /**
     * {@code XAUTOCLAIM}: as {@link #xautoClaim(String, StreamConsumer, Duration, StreamId, long)}, in bytes.
     *
     * @throws IllegalArgumentException if the count is below 1
     */
    public static Command<AutoClaimed<StreamEntry<byte[]>>> xautoClaim(
            byte[] key, StreamConsumer consumer, Duration minIdle, StreamId start, long count) {
        return new Command<>(XAUTOCLAIM, AUTO_BYTES, autoClaiming(key, consumer, minIdle, start, count, false));
    }

    /**
     * {@code XAUTOCLAIM … JUSTID}: as {@link #xautoClaim(String, StreamConsumer, Duration, StreamId, long)}, but
     * answers the ids only, and does not count a delivery.
     *
     * @throws IllegalArgumentException if the count is below 1
     */
    public static Command<AutoClaimed<StreamId>> xautoClaimJustId(
            String key, StreamConsumer consumer, Duration minIdle, StreamId start, long count) {
        return new Command<>(XAUTOCLAIM, AUTO_IDS, autoClaiming(key, consumer, minIdle, start, count, true));
    }

    /**
     * {@code XAUTOCLAIM … JUSTID}: as {@link #xautoClaimJustId(String, StreamConsumer, Duration, StreamId, long)}.
     *
     * @throws IllegalArgumentException if the count is below 1
     */
    public static Command<AutoClaimed<StreamId>> xautoClaimJustId(
            byte[] key, StreamConsumer consumer, Duration minIdle, StreamId start, long count) {
        return new Command<>(XAUTOCLAIM, AUTO_IDS, autoClaiming(key, consumer, minIdle, start, count, true));
    }

    /** {@code XPENDING}: how much is pending in the group, and for whom. */
    public static Command<PendingSummary> xpending(String key, String group) {
        return new Command<>(XPENDING, PendingSummary.DECODER, key, group);
    }

    /** {@code XPENDING}: how much is pending in the group, and for whom. */
    public static Command<PendingSummary> xpending(byte[] key, String group) {
        return new Command<>(XPENDING, PendingSummary.DECODER, key, group);
    }

    /** {@code XPENDING}: the pending entries that the options choose, by id; empty where there is none. */
    public static Command<List<PendingEntry>> xpending(String key, String group, XPendingOptions options) {
        return new Command<>(XPENDING, PendingEntry.LIST, pending(key, group, options));
    }

    /** {@code XPENDING}: the pending entries that the options choose, by id; empty where there is none. */
    public static Command<List<PendingEntry>> xpending(byte[] key, String group, XPendingOptions options) {
        return new Command<>(XPENDING, PendingEntry.LIST, pending(key, group, options));
    }

    /** {@code XINFO GROUPS}: the stream's groups; an error where it does not exist. */
    public static Command<List<StreamGroup>> xinfoGroups(String key) {
        return new Command<>(XINFO_GROUPS, StreamGroup.LIST, key);
    }

    /** {@code XINFO GROUPS}: the stream's groups; an error where it does not exist. */
    public static Command<List<StreamGroup>> xinfoGroups(byte[] key) {
        return new Command<>(XINFO_GROUPS, StreamGroup.LIST, key);
    }

    /** {@code XINFO CONSUMERS}: the group's consumers; an error where stream or group does not exist. */
    public static Command<List<StreamConsumerInfo>> xinfoConsumers(String key, String group) {
        return new Command<>(XINFO_CONSUMERS, StreamConsumerInfo.LIST, key, group);
    }

    /** {@code XINFO CONSUMERS}: the group's consumers; an error where stream or group does not exist. */
    public static Command<List<StreamConsumerInfo>> xinfoConsumers(byte[] key, String group) {
        return new Command<>(XINFO_CONSUMERS, StreamConsumerInfo.LIST, key, group);
    }

    private static Command<String> create(Object key, String group, ReadFrom from, XGroupOptions options) {
        Arguments arguments = Arguments.of(key).add(group).add(place(XGROUP_CREATE, from));
        options.addTo(arguments);
        return new Command<>(XGROUP_CREATE, Decoders.OK, arguments.toArray());
    }

    private static String place(Verb verb, ReadFrom from) {
        if (from.equals(ReadFrom.undelivered()) || from.equals(ReadFrom.lastEntry())) {
            throw new IllegalArgumentException(
                    verb.name() + " has no place \"" + from.text() + "\"; use an id or newEntries()");
        }
        return from.text();
    }

    private static Verb verb(XReadGroupOptions options) {
        return options.block() == null ? XREADGROUP : XREADGROUP_BLOCK;
    }

    private static Object[] reading(
            StreamConsumer consumer, XReadGroupOptions options, Object[] keys, Collection<ReadFrom> places) {
        for (ReadFrom place : places) {
            if (place.equals(ReadFrom.newEntries()) || place.equals(ReadFrom.lastEntry())) {
                throw new IllegalArgumentException("XREADGROUP has no place \"" + place.text()
                        + "\"; use undelivered() for what is new, or an id");
            }
        }
        Arguments arguments = Arguments.withCapacity(9 + 2 * keys.length)
                .add("GROUP")
                .add(consumer.group())
                .add(consumer.name());
        options.addTo(arguments);
        Streams.addStreams(arguments, "XREADGROUP", keys, places);
        return arguments.toArray();
    }

    private static Object[] claiming(
            Object key,
            StreamConsumer consumer,
            Duration minIdle,
            XClaimOptions options,
            boolean justId,
            StreamId[] ids) {
        Arguments arguments = Arguments.withCapacity(14 + ids.length)
                .addAll(Streams.someIds(XCLAIM, ids, key, consumer.group(), consumer.name(), minIdle(XCLAIM, minIdle)));
        options.addTo(arguments);
        if (justId) {
            arguments.add("JUSTID");
        }
        return arguments.toArray();
    }

    private static Object[] autoClaiming(
            Object key, StreamConsumer consumer, Duration minIdle, StreamId start, long count, boolean justId) {
        if (count < 1) {
            throw new IllegalArgumentException("XAUTOCLAIM takes a count of at least 1, not " + count);
        }
        Arguments arguments = Arguments.of(key)
                .add(consumer.group())
                .add(consumer.name())
                .add(minIdle(XAUTOCLAIM, minIdle))
                .add(start.toString())
                .add("COUNT")
                .add(count);
        if (justId) {
            arguments.add("JUSTID");
        }
        return arguments.toArray();
    }

    private static String minIdle(Verb verb, Duration minIdle) {
        if (minIdle.isNegative()) {
            throw new IllegalArgumentException(verb.name() + " takes no negative idle time: " + minIdle);
        }
        return Long.toString(Milliseconds.of(minIdle));
    }

    private static Object[] pending(Object key, String group, XPendingOptions options) {
        Arguments arguments = Arguments.of(key).add(group);
        options.addTo(arguments);
        return arguments.toArray();
    }
}
