package dev.millrace.command;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands on the bits of strings. Bit 0 is the most significant one of the first byte; what lies beyond the end of a
 * string, or in a key that does not exist, is 0.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=bitmap">Redis: bitmaps</a>
 */
public final class Bitmaps {
    private static final Verb BITCOUNT = Verb.read("BITCOUNT");
    private static final Verb BITFIELD = Verb.write("BITFIELD");
    private static final Verb BITFIELD_RO = Verb.read("BITFIELD_RO");
    private static final Verb BITOP = Verb.write("BITOP").keys(KeyPositions.ALL_BUT_FIRST);
    private static final Verb BITPOS = Verb.read("BITPOS");
    private static final Verb GETBIT = Verb.read("GETBIT");
    private static final Verb SETBIT = Verb.write("SETBIT");

    private static final Decoder<List<@Nullable Long>> INTEGERS = Decoders.list(Decoders.LONG_OR_NULL);

    private Bitmaps() {}

    /** {@code SETBIT}: sets or clears a bit; what it was before. */
    public static Command<Boolean> setbit(String key, long offset, boolean bit) {
        return new Command<>(SETBIT, Decoders.BOOLEAN, key, Long.toString(offset), digit(bit));
    }

    /** {@code SETBIT}: sets or clears a bit; what it was before. */
    public static Command<Boolean> setbit(byte[] key, long offset, boolean bit) {
        return new Command<>(SETBIT, Decoders.BOOLEAN, key, Long.toString(offset), digit(bit));
    }

    /** {@code GETBIT}: whether a bit is set. */
    public static Command<Boolean> getbit(String key, long offset) {
        return new Command<>(GETBIT, Decoders.BOOLEAN, key, Long.toString(offset));
    }

    /** {@code GETBIT}: whether a bit is set. */
    public static Command<Boolean> getbit(byte[] key, long offset) {
        return new Command<>(GETBIT, Decoders.BOOLEAN, key, Long.toString(offset));
    }

    /** {@code BITCOUNT}: how many bits are set. */
    public static Command<Long> bitcount(String key) {
        return new Command<>(BITCOUNT, Decoders.LONG, key);
    }

    /** {@code BITCOUNT}: how many bits are set. */
    public static Command<Long> bitcount(byte[] key) {
        return new Command<>(BITCOUNT, Decoders.LONG, key);
    }

    /** {@code BITCOUNT}: how many bits are set in a part. */
    public static Command<Long> bitcount(String key, BitRange range) {
        return new Command<>(BITCOUNT, Decoders.LONG, within(Arguments.of(key), range));
    }

    /** {@code BITCOUNT}: how many bits are set in a part. */
    public static Command<Long> bitcount(byte[] key, BitRange range) {
        return new Command<>(BITCOUNT, Decoders.LONG, within(Arguments.of(key), range));
    }

    /**
     * {@code BITPOS}: the first bit that is set, or clear; -1 where none is set. The first clear one is the one after
     * the string where all are set.
     */
    public static Command<Long> bitpos(String key, boolean bit) {
        return new Command<>(BITPOS, Decoders.LONG, key, digit(bit));
    }

    /** {@code BITPOS}, as {@link #bitpos(String, boolean)}. */
    public static Command<Long> bitpos(byte[] key, boolean bit) {
        return new Command<>(BITPOS, Decoders.LONG, key, digit(bit));
    }

    /** {@code BITPOS}, as {@link #bitpos(String, boolean)}, from this byte on; the answer counts from the beginning. */
    public static Command<Long> bitpos(String key, boolean bit, long startByte) {
        return new Command<>(BITPOS, Decoders.LONG, key, digit(bit), Long.toString(startByte));
    }

    /** {@code BITPOS}, as {@link #bitpos(String, boolean)}, from this byte on; the answer counts from the beginning. */
    public static Command<Long> bitpos(byte[] key, boolean bit, long startByte) {
        return new Command<>(BITPOS, Decoders.LONG, key, digit(bit), Long.toString(startByte));
    }

    /** {@code BITPOS}: the first bit in a part that is set, or clear, counted from the beginning; -1 where there is none. */
    public static Command<Long> bitpos(String key, boolean bit, BitRange range) {
        return new Command<>(BITPOS, Decoders.LONG, within(Arguments.of(key).add(digit(bit)), range));
    }

    /** {@code BITPOS}: the first bit in a part that is set, or clear, counted from the beginning; -1 where there is none. */
    public static Command<Long> bitpos(byte[] key, boolean bit, BitRange range) {
        return new Command<>(BITPOS, Decoders.LONG, within(Arguments.of(key).add(digit(bit)), range));
    }

    /**
     * {@code BITOP}: combines the bits of the sources into the destination; its length in bytes.
     *
     * @throws IllegalArgumentException if no source is named, or more than one for {@link BitOperation#NOT}
     */
    public static Command<Long> bitop(BitOperation operation, String destination, String... sources) {
        return combining(operation, destination, sources);
    }

    /** {@code BITOP}, as {@link #bitop(BitOperation, String, String...)}. */
    public static Command<Long> bitop(BitOperation operation, byte[] destination, byte[]... sources) {
        return combining(operation, destination, sources);
    }

    /**
     * {@code BITFIELD}: reads and writes integers inside a string, one after the other; what each step answers, null
     * for one that failed by overflow.
     *
     * @throws IllegalArgumentException if there is no step
     */
    public static Command<List<@Nullable Long>> bitfield(String key, BitFieldOperation... operations) {
        return new Command<>(BITFIELD, INTEGERS, fields(BITFIELD, key, operations));
    }

    /** {@code BITFIELD}, as {@link #bitfield(String, BitFieldOperation...)}. */
    public static Command<List<@Nullable Long>> bitfield(byte[] key, BitFieldOperation... operations) {
        return new Command<>(BITFIELD, INTEGERS, fields(BITFIELD, key, operations));
    }

    /**
     * {@code BITFIELD_RO}: reads integers inside a string; it may be tried again and run on a replica.
     *
     * @throws IllegalArgumentException if there is none to read
     */
    public static Command<List<Long>> bitfieldRo(String key, BitFieldOperation.Get... operations) {
        return new Command<>(BITFIELD_RO, Decoders.LONGS, fields(BITFIELD_RO, key, operations));
    }

    /** {@code BITFIELD_RO}, as {@link #bitfieldRo(String, BitFieldOperation.Get...)}. */
    public static Command<List<Long>> bitfieldRo(byte[] key, BitFieldOperation.Get... operations) {
        return new Command<>(BITFIELD_RO, Decoders.LONGS, fields(BITFIELD_RO, key, operations));
    }

    private static String digit(boolean bit) {
        return bit ? "1" : "0";
    }

    private static Object[] within(Arguments arguments, BitRange range) {
        range.addTo(arguments);
        return arguments.toArray();
    }

    private static Command<Long> combining(BitOperation operation, Object destination, Object[] sources) {
        Arguments.requireSome(sources.length, BITOP.name(), "source");
        if (operation == BitOperation.NOT && sources.length > 1) {
            throw new IllegalArgumentException("BITOP NOT takes one source, not " + sources.length);
        }
        Arguments arguments = Arguments.withCapacity(sources.length + 2)
                .add(operation.name())
                .addRaw(destination)
                .addAll(sources);
        return new Command<>(BITOP, Decoders.LONG, arguments.toArray());
    }

    private static Object[] fields(Verb verb, Object key, BitFieldOperation[] operations) {
        Arguments.requireSome(operations.length, verb.name(), "operation");
        Arguments arguments = Arguments.of(key);
        // OVERFLOW holds for every step after it, so it is said where it changes.
        BitFieldOverflow overflow = BitFieldOverflow.WRAP;
        for (BitFieldOperation operation : operations) {
            switch (operation) {
                case BitFieldOperation.Get get ->
                    arguments.add("GET").add(get.type().word()).add(get.offset().word());
                case BitFieldOperation.Set set -> {
                    overflow = changed(arguments, overflow, set.overflow());
                    arguments
                            .add("SET")
                            .add(set.type().word())
                            .add(set.offset().word())
                            .add(set.value());
                }
                case BitFieldOperation.IncrBy incrBy -> {
                    overflow = changed(arguments, overflow, incrBy.overflow());
                    arguments
                            .add("INCRBY")
                            .add(incrBy.type().word())
                            .add(incrBy.offset().word())
                            .add(incrBy.increment());
                }
            }
        }
        return arguments.toArray();
    }

    private static BitFieldOverflow changed(Arguments arguments, BitFieldOverflow from, BitFieldOverflow to) {
        if (from != to) {
            arguments.add("OVERFLOW").add(to.name());
        }
        return to;
    }
}
