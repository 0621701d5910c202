package dev.millrace.cache;

/**
 * A name for how long values live; the time behind it is the cache's to say, and may be changed while it runs. Zero
 * switches caching off for what is of that class.
 *
 * @param name such as short, patient, statistics
 */
public record TtlClass(String name) {
    /** What is stored without a class or a time of its own: 5 min unless {@link CacheOptions.Builder#ttl} says otherwise. */
    public static final TtlClass DEFAULT = new TtlClass("default");

    /** 1 min by default. */
    public static final TtlClass SHORT = new TtlClass("short");

    /** 5 min by default. */
    public static final TtlClass MEDIUM = new TtlClass("medium");

    /** 30 min by default. */
    public static final TtlClass LONG = new TtlClass("long");

    /** @throws IllegalArgumentException if the name is blank */
    public TtlClass {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a TTL class needs a name, such as patient");
        }
    }

    /** A class of one's own, whose time the options must say. */
    public static TtlClass named(String name) {
        return new TtlClass(name);
    }
}
