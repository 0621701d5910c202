package dev.millrace.command;

/**
 * What GEOADD writes and counts. Immutable: {@code GeoAddOptions.ofDefaults().countingChanges()}.
 *
 * @param existence whether members must be there already or must not; {@link Existence#ANY} by default
 * @param changed whether the answer counts members that were moved too (CH); by default it counts new ones only
 */
public record GeoAddOptions(Existence existence, boolean changed) {
    private static final GeoAddOptions DEFAULTS = new GeoAddOptions(Existence.ANY, false);

    /** Adds and moves members, and counts the new ones. */
    public static GeoAddOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options, leaving members alone that are there already (NX). Redis 6.2. */
    public GeoAddOptions ifAbsent() {
        return new GeoAddOptions(Existence.ABSENT, changed);
    }

    /** The same options, only moving members that are there already (XX). Redis 6.2. */
    public GeoAddOptions ifPresent() {
        return new GeoAddOptions(Existence.PRESENT, changed);
    }

    /** The same options, counting members that were moved too (CH). Redis 6.2. */
    public GeoAddOptions countingChanges() {
        return new GeoAddOptions(existence, true);
    }

    void addTo(Arguments arguments) {
        existence.addTo(arguments);
        if (changed) {
            arguments.add("CH");
        }
    }
}
