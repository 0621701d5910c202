package dev.millrace.command;

import java.util.Collection;

/**
 * Commands on HyperLogLogs: how many different elements there were, to within a standard error of 0.81 %, in 12 KB.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=hyperloglog">Redis: HyperLogLog</a>
 */
public final class HyperLogLogs {
    private static final Verb PFADD = Verb.write("PFADD");
    private static final Verb PFCOUNT = Verb.read("PFCOUNT").keys(KeyPositions.ALL);
    private static final Verb PFMERGE = Verb.write("PFMERGE").keys(KeyPositions.ALL);

    private HyperLogLogs() {}

    /** {@code PFADD}: counts elements; whether the estimate changed. @throws IllegalArgumentException if there are none */
    public static Command<Boolean> pfadd(String key, String... elements) {
        return new Command<>(PFADD, Decoders.BOOLEAN, Arguments.some(PFADD, key, "element", elements));
    }

    /** {@code PFADD}, as {@link #pfadd(String, String...)}. @throws IllegalArgumentException if there are no elements */
    public static Command<Boolean> pfadd(String key, Collection<String> elements) {
        return new Command<>(PFADD, Decoders.BOOLEAN, Arguments.some(PFADD, key, "element", elements));
    }

    /** {@code PFADD}, as {@link #pfadd(String, String...)}. @throws IllegalArgumentException if there are no elements */
    public static Command<Boolean> pfadd(String key, byte[]... elements) {
        return new Command<>(PFADD, Decoders.BOOLEAN, Arguments.some(PFADD, key, "element", elements));
    }

    /** {@code PFADD}, as {@link #pfadd(String, String...)}. @throws IllegalArgumentException if there are no elements */
    public static Command<Boolean> pfadd(byte[] key, byte[]... elements) {
        return new Command<>(PFADD, Decoders.BOOLEAN, Arguments.some(PFADD, key, "element", elements));
    }

    /**
     * {@code PFCOUNT}: about how many different elements these keys counted together; 0 where none exists.
     *
     * @throws IllegalArgumentException if no key is named
     */
    public static Command<Long> pfcount(String... keys) {
        return new Command<>(PFCOUNT, Decoders.LONG, Arguments.some(PFCOUNT, "key", keys));
    }

    /** {@code PFCOUNT}, as {@link #pfcount(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> pfcount(Collection<String> keys) {
        return new Command<>(PFCOUNT, Decoders.LONG, Arguments.some(PFCOUNT, "key", keys));
    }

    /** {@code PFCOUNT}, as {@link #pfcount(String...)}. @throws IllegalArgumentException if no key is named */
    public static Command<Long> pfcount(byte[]... keys) {
        return new Command<>(PFCOUNT, Decoders.LONG, Arguments.some(PFCOUNT, "key", keys));
    }

    /**
     * {@code PFMERGE}: adds to the destination what the sources counted. Answers OK.
     *
     * @throws IllegalArgumentException if no source is named
     */
    public static Command<String> pfmerge(String destination, String... sources) {
        return new Command<>(PFMERGE, Decoders.OK, Arguments.some(PFMERGE, destination, "source", sources));
    }

    /** {@code PFMERGE}, as {@link #pfmerge(String, String...)}. @throws IllegalArgumentException if no source is named */
    public static Command<String> pfmerge(String destination, Collection<String> sources) {
        return new Command<>(PFMERGE, Decoders.OK, Arguments.some(PFMERGE, destination, "source", sources));
    }

    /** {@code PFMERGE}, as {@link #pfmerge(String, String...)}. @throws IllegalArgumentException if no source is named */
    public static Command<String> pfmerge(byte[] destination, byte[]... sources) {
        return new Command<>(PFMERGE, Decoders.OK, Arguments.some(PFMERGE, destination, "source", sources));
    }
}
