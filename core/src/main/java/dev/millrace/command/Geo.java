package dev.millrace.command;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Commands on places, which Redis keeps in sorted sets: {@link SortedSets} removes and counts them.
 *
 * <p>GEORADIUS and GEORADIUSBYMEMBER are left out, for Redis has replaced them by GEOSEARCH.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=geo">Redis: geospatial indices</a>
 */
public final class Geo {
    private static final Verb GEOADD = Verb.write("GEOADD");
    private static final Verb GEODIST = Verb.read("GEODIST");
    private static final Verb GEOHASH = Verb.read("GEOHASH");
    private static final Verb GEOPOS = Verb.read("GEOPOS");
    private static final Verb GEOSEARCH = Verb.read("GEOSEARCH");
    private static final Verb GEOSEARCHSTORE = Verb.write("GEOSEARCHSTORE").keys(KeyPositions.FIRST_TWO);

    private static final Decoder<List<String>> TEXTS = Decoders.list(Decoders.TEXT);
    private static final Decoder<List<byte[]>> BYTE_ARRAYS = Decoders.list(Decoders.BYTES);
    private static final Decoder<List<@Nullable GeoPosition>> POSITIONS = Decoders.list(GeoPosition.OR_NULL);

    private Geo() {}

    /** {@code GEOADD}: adds or moves a member; whether it was added. */
    public static Command<Boolean> geoadd(String key, String member, GeoPosition position) {
        return adding(key, member, position);
    }

    /** {@code GEOADD}: adds or moves a member; whether it was added. */
    public static Command<Boolean> geoadd(String key, byte[] member, GeoPosition position) {
        return adding(key, member, position);
    }

    /** {@code GEOADD}: adds or moves a member; whether it was added. */
    public static Command<Boolean> geoadd(byte[] key, byte[] member, GeoPosition position) {
        return adding(key, member, position);
    }

    /** {@code GEOADD}: adds or moves members; how many were added. @throws IllegalArgumentException if there are none */
    public static Command<Long> geoadd(String key, Map<String, GeoPosition> members) {
        return geoadd(key, members, GeoAddOptions.ofDefaults());
    }

    /**
     * {@code GEOADD} with options: how many members were added, or added and moved where the options count changes.
     *
     * @throws IllegalArgumentException if there are no members
     */
    public static Command<Long> geoadd(String key, Map<String, GeoPosition> members, GeoAddOptions options) {
        Arguments.requireSome(members.size(), GEOADD.name(), "member");
        Arguments arguments = Arguments.withCapacity(3 * members.size() + 3).add(key);
        options.addTo(arguments);
        members.forEach((member, position) -> {
            position.addTo(arguments);
            arguments.add(member);
        });
        return new Command<>(GEOADD, Decoders.LONG, arguments.toArray());
    }

    /** {@code GEODIST}: how far two members are apart, or null where one does not exist. */
    public static Command<Double> geodist(String key, String member1, String member2, GeoUnit unit) {
        return new Command<>(GEODIST, Decoders.DOUBLE_OR_NULL, key, member1, member2, unit.word());
    }

    /** {@code GEODIST}: how far two members are apart, or null where one does not exist. */
    public static Command<Double> geodist(byte[] key, byte[] member1, byte[] member2, GeoUnit unit) {
        return new Command<>(GEODIST, Decoders.DOUBLE_OR_NULL, key, member1, member2, unit.word());
    }

    /**
     * {@code GEOHASH}: each member's place as a geohash of 11 characters; null for one that does not exist.
     *
     * @throws IllegalArgumentException if no member is named
     */
    public static Command<List<@Nullable String>> geohash(String key, String... members) {
        return new Command<>(GEOHASH, Decoders.TEXTS, Arguments.some(GEOHASH, key, "member", members));
    }

    /** {@code GEOHASH}, as {@link #geohash(String, String...)}. */
    public static Command<List<@Nullable String>> geohash(byte[] key, byte[]... members) {
        return new Command<>(GEOHASH, Decoders.TEXTS, Arguments.some(GEOHASH, key, "member", members));
    }

    /**
     * {@code GEOPOS}: each member's place; null for one that does not exist.
     *
     * @throws IllegalArgumentException if no member is named
     */
    public static Command<List<@Nullable GeoPosition>> geopos(String key, String... members) {
        return new Command<>(GEOPOS, POSITIONS, Arguments.some(GEOPOS, key, "member", members));
    }

    /** {@code GEOPOS}, as {@link #geopos(String, String...)}. */
    public static Command<List<@Nullable GeoPosition>> geopos(byte[] key, byte[]... members) {
        return new Command<>(GEOPOS, POSITIONS, Arguments.some(GEOPOS, key, "member", members));
    }

    /** {@code GEOSEARCH}: the members in an area. */
    public static Command<List<String>> geosearch(String key, GeoSearch search) {
        return new Command<>(
                GEOSEARCH, TEXTS, searching(Arguments.of(key), search).toArray());
    }

    /** {@code GEOSEARCH}: the bytes of the members in an area. */
    public static Command<List<byte[]>> geosearchBytes(String key, GeoSearch search) {
        return new Command<>(
                GEOSEARCH, BYTE_ARRAYS, searching(Arguments.of(key), search).toArray());
    }

    /** {@code GEOSEARCH}: the bytes of the members in an area. */
    public static Command<List<byte[]>> geosearch(byte[] key, GeoSearch search) {
        return new Command<>(
                GEOSEARCH, BYTE_ARRAYS, searching(Arguments.of(key), search).toArray());
    }

    /** {@code GEOSEARCH} with distances, hashes and places: the members in an area and all that is known of them. */
    public static Command<List<GeoMatch<String>>> geosearchMatches(String key, GeoSearch search) {
        return new Command<>(GEOSEARCH, GeoMatch.TEXT, searchingAll(key, search));
    }

    /** {@code GEOSEARCH}, as {@link #geosearchMatches(String, GeoSearch)}, with members as bytes. */
    public static Command<List<GeoMatch<byte[]>>> geosearchMatchesBytes(String key, GeoSearch search) {
        return new Command<>(GEOSEARCH, GeoMatch.BYTES, searchingAll(key, search));
    }

    /** {@code GEOSEARCH}, as {@link #geosearchMatches(String, GeoSearch)}, with members as bytes. */
    public static Command<List<GeoMatch<byte[]>>> geosearchMatches(byte[] key, GeoSearch search) {
        return new Command<>(GEOSEARCH, GeoMatch.BYTES, searchingAll(key, search));
    }

    /** {@code GEOSEARCHSTORE}: puts the members in an area, with their places, into another key; how many. */
    public static Command<Long> geosearchStore(String destination, String source, GeoSearch search) {
        return storing(destination, source, search, false);
    }

    /** {@code GEOSEARCHSTORE}: puts the members in an area, with their places, into another key; how many. */
    public static Command<Long> geosearchStore(byte[] destination, byte[] source, GeoSearch search) {
        return storing(destination, source, search, false);
    }

    /** {@code GEOSEARCHSTORE} with {@code STOREDIST}: as a sorted set with the distances for scores; how many. */
    public static Command<Long> geosearchStoreDistances(String destination, String source, GeoSearch search) {
        return storing(destination, source, search, true);
    }

    /** {@code GEOSEARCHSTORE} with {@code STOREDIST}: as a sorted set with the distances for scores; how many. */
    public static Command<Long> geosearchStoreDistances(byte[] destination, byte[] source, GeoSearch search) {
        return storing(destination, source, search, true);
    }

    private static Command<Boolean> adding(Object key, Object member, GeoPosition position) {
        Arguments arguments = Arguments.withCapacity(4).addRaw(key);
        position.addTo(arguments);
        return new Command<>(GEOADD, Decoders.BOOLEAN, arguments.addRaw(member).toArray());
    }

    private static Arguments searching(Arguments arguments, GeoSearch search) {
        search.addTo(arguments);
        return arguments;
    }

    private static Object[] searchingAll(Object key, GeoSearch search) {
        return searching(Arguments.of(key), search)
                .add("WITHDIST")
                .add("WITHHASH")
                .add("WITHCOORD")
                .toArray();
    }

    private static Command<Long> storing(Object destination, Object source, GeoSearch search, boolean distances) {
        Arguments arguments = searching(Arguments.of(destination).addRaw(source), search);
        return new Command<>(
                GEOSEARCHSTORE, Decoders.LONG, (distances ? arguments.add("STOREDIST") : arguments).toArray());
    }
}
