package dev.millrace.command;

/** What GEOSEARCH looks through, around the place where it begins. Immutable. */
public sealed interface GeoArea {
    /** The unit of the area's measures and of the distances that are answered. */
    GeoUnit unit();

    /** A circle. */
    record Circle(double radius, GeoUnit unit) implements GeoArea {
        /** @throws IllegalArgumentException if the radius is negative or not finite */
        public Circle {
            requireLength("radius", radius);
        }
    }

    /** A box whose sides follow the meridians and parallels, with the place in its middle. */
    record Box(double width, double height, GeoUnit unit) implements GeoArea {
        /** @throws IllegalArgumentException if the width or the height is negative or not finite */
        public Box {
            requireLength("width", width);
            requireLength("height", height);
        }
    }

    /** A circle (BYRADIUS). @throws IllegalArgumentException if the radius is negative or not finite */
    static GeoArea circle(double radius, GeoUnit unit) {
        return new Circle(radius, unit);
    }

    /** A box (BYBOX). @throws IllegalArgumentException if the width or the height is negative or not finite */
    static GeoArea box(double width, double height, GeoUnit unit) {
        return new Box(width, height, unit);
    }

    private static void requireLength(String what, double length) {
        if (!(length >= 0) || Double.isInfinite(length)) {
            throw new IllegalArgumentException("an area's " + what + " is a number from 0, not " + length);
        }
    }
}
