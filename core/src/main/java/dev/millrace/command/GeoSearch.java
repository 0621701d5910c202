package dev.millrace.command;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What GEOSEARCH looks for: {@code GeoSearch.around(position, GeoArea.circle(5, KILOMETERS)).nearestFirst().limit(10)}.
 * Immutable; Redis 6.2.
 *
 * @param origin the middle of the area
 * @param area how far to look
 * @param order how the answer is ordered; {@link Order#NONE} by default
 * @param count how many members to answer at most, at least 1; null, the default, for all
 * @param any whether the first members found will do (ANY), instead of the nearest or farthest: cheaper, and only with
 *     a count; false by default
 */
public record GeoSearch(
        Origin origin, GeoArea area, Order order, @Nullable Long count, boolean any) {
    /** The middle of the area that is searched. */
    public sealed interface Origin {
        /** A place on the globe. */
        record Place(GeoPosition position) implements Origin {}

        /** The place of a member; an error where the key does not have it. */
        record Member(String member) implements Origin {}

        /** The place of a member; an error where the key does not have it. Equal where the bytes are. */
        @SuppressWarnings("ArrayRecordComponent") // equality is of the bytes
        record BinaryMember(byte[] member) implements Origin {
            @Override
            public boolean equals(@Nullable Object other) {
                return other instanceof BinaryMember that && Arrays.equals(member, that.member);
            }

            @Override
            public int hashCode() {
                return Arrays.hashCode(member);
            }
        }
    }

    /** How the answer is ordered, by distance from the middle. */
    public enum Order {
        /** As the server finds them. */
        NONE,
        /** The nearest first (ASC). */
        NEAREST_FIRST,
        /** The farthest first (DESC). */
        FARTHEST_FIRST
    }

    /** @throws IllegalArgumentException if the count is below 1, or any members will do of all */
    public GeoSearch {
        if (count != null && count < 1) {
            throw new IllegalArgumentException("GEOSEARCH answers at least 1 member, not " + count);
        }
        if (any && count == null) {
            throw new IllegalArgumentException("GEOSEARCH takes ANY only with a count; say how many");
        }
    }

    /** Everything in an area around a place. */
    public static GeoSearch around(GeoPosition position, GeoArea area) {
        return around(new Origin.Place(position), area);
    }

    /** Everything in an area around the place of a member. */
    public static GeoSearch aroundMember(String member, GeoArea area) {
        return around(new Origin.Member(member), area);
    }

    /** Everything in an area around the place of a member. */
    public static GeoSearch aroundMember(byte[] member, GeoArea area) {
        return around(new Origin.BinaryMember(member), area);
    }

    private static GeoSearch around(Origin origin, GeoArea area) {
        return new GeoSearch(origin, area, Order.NONE, null, false);
    }

    /** The same search with the nearest first. */
    public GeoSearch nearestFirst() {
        return new GeoSearch(origin, area, Order.NEAREST_FIRST, count, any);
    }

    /** The same search with the farthest first. */
    public GeoSearch farthestFirst() {
        return new GeoSearch(origin, area, Order.FARTHEST_FIRST, count, any);
    }

    /** The same search for this many of the nearest, or farthest. @throws IllegalArgumentException if below 1 */
    public GeoSearch limit(long most) {
        return new GeoSearch(origin, area, order, most, false);
    }

    /** The same search for any that are found, up to this many. @throws IllegalArgumentException if below 1 */
    public GeoSearch limitAny(long most) {
        return new GeoSearch(origin, area, order, most, true);
    }

    void addTo(Arguments arguments) {
        switch (origin) {
            case Origin.Place place -> place.position().addTo(arguments.add("FROMLONLAT"));
            case Origin.Member from -> arguments.add("FROMMEMBER").add(from.member());
            case Origin.BinaryMember from -> arguments.add("FROMMEMBER").add(from.member());
        }
        switch (area) {
            case GeoArea.Circle circle -> arguments.add("BYRADIUS").add(circle.radius());
            case GeoArea.Box box -> arguments.add("BYBOX").add(box.width()).add(box.height());
        }
        arguments.add(area.unit().word());
        switch (order) {
            case NONE -> {}
            case NEAREST_FIRST -> arguments.add("ASC");
            case FARTHEST_FIRST -> arguments.add("DESC");
        }
        if (count != null) {
            arguments.add("COUNT").add(count);
        }
        if (any) {
            arguments.add("ANY");
        }
    }

    /** The shape and the limits, without the place. */
    @Override
    public String toString() {
        return "GeoSearch[area=" + area + ", order=" + order + ", count=" + count + ", any=" + any + "]";
    }
}
