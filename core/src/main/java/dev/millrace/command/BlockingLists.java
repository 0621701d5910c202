package dev.millrace.command;

import java.time.Duration;
import java.util.List;

/**
 * Commands on lists that wait at the server until there is an element. They run on a connection of their own, and a
 * call without a deadline of its own is given the timeout on top of the client's.
 *
 * <p>Every timeout is to the millisecond and at least zero, which waits without limit; every method throws
 * {@link IllegalArgumentException} for a negative one and where no key is named.
 *
 * @see Lists
 */
public final class BlockingLists {
    private static final Verb BLMOVE =
            Verb.write("BLMOVE").keys(KeyPositions.FIRST_TWO).blocking();
    private static final Verb BLMPOP =
            Verb.write("BLMPOP").keys(KeyPositions.countedAt(1, false)).blocking();
    private static final Verb BLPOP =
            Verb.write("BLPOP").keys(KeyPositions.ALL_BUT_LAST).blocking();
    private static final Verb BRPOP =
            Verb.write("BRPOP").keys(KeyPositions.ALL_BUT_LAST).blocking();
    private static final Verb BRPOPLPUSH =
            Verb.write("BRPOPLPUSH").keys(KeyPositions.FIRST_TWO).blocking();

    private BlockingLists() {}

    /** {@code BLPOP}: takes the first element of the first list that has one; null where the timeout came first. */
    public static Command<Popped<String>> blpop(Duration timeout, String... keys) {
        return new Command<>(BLPOP, Popped.decoder(Decoders.TEXT), waiting(BLPOP, timeout, keys));
    }

    /** {@code BLPOP} of bytes, as {@link #blpop(Duration, String...)}. */
    public static Command<Popped<byte[]>> blpopBytes(Duration timeout, String... keys) {
        return new Command<>(BLPOP, Popped.decoder(Decoders.BYTES), waiting(BLPOP, timeout, keys));
    }

    /** {@code BLPOP} of bytes, as {@link #blpop(Duration, String...)}. */
    public static Command<PoppedBytes<byte[]>> blpop(Duration timeout, byte[]... keys) {
        return new Command<>(BLPOP, PoppedBytes.decoder(Decoders.BYTES), waiting(BLPOP, timeout, keys));
    }

    /** {@code BRPOP}: takes the last element of the first list that has one; null where the timeout came first. */
    public static Command<Popped<String>> brpop(Duration timeout, String... keys) {
        return new Command<>(BRPOP, Popped.decoder(Decoders.TEXT), waiting(BRPOP, timeout, keys));
    }

    /** {@code BRPOP} of bytes, as {@link #brpop(Duration, String...)}. */
    public static Command<Popped<byte[]>> brpopBytes(Duration timeout, String... keys) {
        return new Command<>(BRPOP, Popped.decoder(Decoders.BYTES), waiting(BRPOP, timeout, keys));
    }

    /** {@code BRPOP} of bytes, as {@link #brpop(Duration, String...)}. */
    public static Command<PoppedBytes<byte[]>> brpop(Duration timeout, byte[]... keys) {
        return new Command<>(BRPOP, PoppedBytes.decoder(Decoders.BYTES), waiting(BRPOP, timeout, keys));
    }

    /**
     * {@code BLMPOP}: takes up to {@code count} elements from an end of the first list that has any; null where the
     * timeout came first. Redis 7.
     */
    public static Command<Popped<List<String>>> blmpop(Duration timeout, ListEnd from, long count, String... keys) {
        return new Command<>(BLMPOP, Popped.decoder(Lists.TEXTS), popping(timeout, from, count, keys));
    }

    /** {@code BLMPOP} of bytes, as {@link #blmpop(Duration, ListEnd, long, String...)}. */
    public static Command<Popped<List<byte[]>>> blmpopBytes(
            Duration timeout, ListEnd from, long count, String... keys) {
        return new Command<>(BLMPOP, Popped.decoder(Lists.BYTE_ARRAYS), popping(timeout, from, count, keys));
    }

    /** {@code BLMPOP} of bytes, as {@link #blmpop(Duration, ListEnd, long, String...)}. */
    public static Command<PoppedBytes<List<byte[]>>> blmpop(
            Duration timeout, ListEnd from, long count, byte[]... keys) {
        return new Command<>(BLMPOP, PoppedBytes.decoder(Lists.BYTE_ARRAYS), popping(timeout, from, count, keys));
    }

    /**
     * {@code BLMOVE}: takes an element from an end and adds it to an end of another list; null where the timeout came
     * first.
     */
    public static Command<String> blmove(
            Duration timeout, String source, String destination, ListEnd from, ListEnd to) {
        return new Command<>(
                BLMOVE, Decoders.TEXT, source, destination, from.name(), to.name(), Milliseconds.timeout(timeout));
    }

    /** {@code BLMOVE} of bytes, as {@link #blmove(Duration, String, String, ListEnd, ListEnd)}. */
    public static Command<byte[]> blmoveBytes(
            Duration timeout, String source, String destination, ListEnd from, ListEnd to) {
        return new Command<>(
                BLMOVE, Decoders.BYTES, source, destination, from.name(), to.name(), Milliseconds.timeout(timeout));
    }

    /** {@code BLMOVE} of bytes, as {@link #blmove(Duration, String, String, ListEnd, ListEnd)}. */
    public static Command<byte[]> blmove(
            Duration timeout, byte[] source, byte[] destination, ListEnd from, ListEnd to) {
        return new Command<>(
                BLMOVE, Decoders.BYTES, source, destination, from.name(), to.name(), Milliseconds.timeout(timeout));
    }

    /** {@code BRPOPLPUSH}: BLMOVE from the tail to the head, for old habits; null where the timeout came first. */
    public static Command<String> brpopLpush(Duration timeout, String source, String destination) {
        return new Command<>(BRPOPLPUSH, Decoders.TEXT, source, destination, Milliseconds.timeout(timeout));
    }

    /** {@code BRPOPLPUSH} of bytes, as {@link #brpopLpush(Duration, String, String)}. */
    public static Command<byte[]> brpopLpushBytes(Duration timeout, String source, String destination) {
        return new Command<>(BRPOPLPUSH, Decoders.BYTES, source, destination, Milliseconds.timeout(timeout));
    }

    /** {@code BRPOPLPUSH} of bytes, as {@link #brpopLpush(Duration, String, String)}. */
    public static Command<byte[]> brpopLpush(Duration timeout, byte[] source, byte[] destination) {
        return new Command<>(BRPOPLPUSH, Decoders.BYTES, source, destination, Milliseconds.timeout(timeout));
    }

    private static Object[] waiting(Verb verb, Duration timeout, Object[] keys) {
        Arguments.requireSome(keys.length, verb.name(), "key");
        return Arguments.withCapacity(keys.length + 1)
                .addAll(keys)
                .add(Milliseconds.timeout(timeout))
                .toArray();
    }

    private static Object[] popping(Duration timeout, ListEnd from, long count, Object[] keys) {
        Arguments.requireSome(keys.length, BLMPOP.name(), "key");
        return Arguments.of(Milliseconds.timeout(timeout))
                .add(keys.length)
                .addAll(keys)
                .add(from.name())
                .add("COUNT")
                .add(count)
                .toArray();
    }
}
