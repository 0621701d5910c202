package dev.millrace.command;

/**
 * A part of a string, both ends included; negative positions count from the end, -1 being the last. Immutable.
 *
 * @param start the first position
 * @param end the last position
 * @param unit what the positions count
 */
public record BitRange(long start, long end, Unit unit) {
    /** What positions count. */
    public enum Unit {
        /** Bytes. */
        BYTE,
        /** Bits; Redis 7. */
        BIT
    }

    /** From one byte to another. */
    public static BitRange bytes(long start, long end) {
        return new BitRange(start, end, Unit.BYTE);
    }

    /** From one bit to another; Redis 7. */
    public static BitRange bits(long start, long end) {
        return new BitRange(start, end, Unit.BIT);
    }

    /** The unit is left out where it is the default, for servers before Redis 7 do not know the word. */
    void addTo(Arguments arguments) {
        arguments.add(start).add(end);
        if (unit == Unit.BIT) {
            arguments.add(unit.name());
        }
    }
}
