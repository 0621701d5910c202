package dev.millrace.command;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A member that GEOSEARCH found, with all that Redis tells of it. Members that are arrays are equal where their bytes
 * are.
 *
 * @param member the member
 * @param distance how far it is from where the search began, in the unit of the searched area
 * @param hash the 52-bit geohash by which it is stored, which is also its score in the sorted set
 * @param position where it is
 * @param <M> {@link String} or {@code byte[]}
 */
public record GeoMatch<M>(M member, double distance, long hash, GeoPosition position) {
    static final Decoder<List<GeoMatch<String>>> TEXT = Decoders.list(reply -> read(reply, Decoders.TEXT));
    static final Decoder<List<GeoMatch<byte[]>>> BYTES = Decoders.list(reply -> read(reply, Decoders.BYTES));

    private static <M> GeoMatch<M> read(ReplyReader reply, Decoder<M> decoder) {
        int count = reply.readArray();
        if (count != 4) {
            throw new UnexpectedReply(
                    "wanted member, distance, hash and position, the server answered " + count + " elements");
        }
        M member = decoder.decode(reply);
        if (member == null) {
            throw new UnexpectedReply("wanted a member, the server answered null");
        }
        double distance = reply.readDouble();
        long hash = reply.readLong();
        return new GeoMatch<>(member, distance, hash, GeoPosition.read(reply));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GeoMatch<?> that
                && Objects.deepEquals(member, that.member)
                && Double.compare(distance, that.distance) == 0
                && hash == that.hash
                && position.equals(that.position);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.deepHashCode(new Object[] {member}) + Objects.hash(distance, hash, position);
    }
}
