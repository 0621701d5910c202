package dev.millrace.command;

/** One step of BITFIELD. Immutable. */
public sealed interface BitFieldOperation {
    /** Reads an integer. */
    record Get(BitFieldType type, BitFieldOffset offset) implements BitFieldOperation {}

    /** Writes an integer and answers what it was before. */
    record Set(BitFieldType type, BitFieldOffset offset, long value, BitFieldOverflow overflow)
            implements BitFieldOperation {}

    /** Adds to an integer and answers what it is then. */
    record IncrBy(BitFieldType type, BitFieldOffset offset, long increment, BitFieldOverflow overflow)
            implements BitFieldOperation {}

    /** Answers the integer. */
    static Get get(BitFieldType type, BitFieldOffset offset) {
        return new Get(type, offset);
    }

    /** Writes the integer, wrapping around; answers what it was before. */
    static Set set(BitFieldType type, BitFieldOffset offset, long value) {
        return new Set(type, offset, value, BitFieldOverflow.WRAP);
    }

    /** Writes the integer; answers what it was before, or null where it does not fit and that shall fail. */
    static Set set(BitFieldType type, BitFieldOffset offset, long value, BitFieldOverflow overflow) {
        return new Set(type, offset, value, overflow);
    }

    /** Adds to the integer, wrapping around; answers what it is then. */
    static IncrBy incrBy(BitFieldType type, BitFieldOffset offset, long increment) {
        return new IncrBy(type, offset, increment, BitFieldOverflow.WRAP);
    }

    /** Adds to the integer; answers what it is then, or null where that does not fit and shall fail. */
    static IncrBy incrBy(BitFieldType type, BitFieldOffset offset, long increment, BitFieldOverflow overflow) {
        return new IncrBy(type, offset, increment, overflow);
    }
}
