package dev.millrace.command;

/** A unit of distance. */
public enum GeoUnit {
    METERS("m"),
    KILOMETERS("km"),
    MILES("mi"),
    FEET("ft");

    private final String word;

    GeoUnit(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
