package dev.millrace.command;

/** What becomes of a number that its integer in a bit field can't hold. */
public enum BitFieldOverflow {
    /** It wraps around, in two's complement for signed ones; Redis's default. */
    WRAP,
    /** It becomes the largest or smallest that the integer can hold. */
    SAT,
    /** Nothing is written, and null is answered. */
    FAIL
}
