package dev.millrace.command;

/**
 * The type of an integer inside a bit field. Immutable.
 *
 * @param signed whether it has a sign, in two's complement
 * @param bits its width: 1 to 64 with a sign, 1 to 63 without
 */
public record BitFieldType(boolean signed, int bits) {
    /** @throws IllegalArgumentException if the width is not one that Redis has */
    public BitFieldType {
        int most = signed ? 64 : 63;
        if (bits < 1 || bits > most) {
            throw new IllegalArgumentException((signed ? "a signed" : "an unsigned")
                    + " integer of a bit field has 1 to " + most + " bits, not " + bits);
        }
    }

    /** A signed integer of 1 to 64 bits. @throws IllegalArgumentException if it has fewer or more */
    public static BitFieldType signed(int bits) {
        return new BitFieldType(true, bits);
    }

    /** An unsigned integer of 1 to 63 bits. @throws IllegalArgumentException if it has fewer or more */
    public static BitFieldType unsigned(int bits) {
        return new BitFieldType(false, bits);
    }

    String word() {
        return (signed ? "i" : "u") + bits;
    }
}
