package dev.millrace.command;

/**
 * Where an integer of a bit field begins. Immutable.
 *
 * @param position bits from the beginning of the string, or the integer's number from 0 where they stand side by side;
 *     not negative
 * @param counted whether the position is such a number, to be multiplied by the integer's width
 */
public record BitFieldOffset(long position, boolean counted) {
    /** @throws IllegalArgumentException if the position is negative */
    public BitFieldOffset {
        if (position < 0) {
            throw new IllegalArgumentException("an offset in a bit field is not negative: " + position);
        }
    }

    /** This many bits from the beginning. @throws IllegalArgumentException if negative */
    public static BitFieldOffset bit(long position) {
        return new BitFieldOffset(position, false);
    }

    /** The integer of this number, from 0, where all have the same width. @throws IllegalArgumentException if negative */
    public static BitFieldOffset integer(long number) {
        return new BitFieldOffset(number, true);
    }

    String word() {
        return counted ? "#" + position : Long.toString(position);
    }
}
