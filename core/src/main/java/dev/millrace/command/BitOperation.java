package dev.millrace.command;

/** What BITOP does with the bits of its sources; a shorter source counts as filled with zeros. */
public enum BitOperation {
    /** Set in every source. */
    AND,
    /** Set in any source. */
    OR,
    /** Set in an odd number of sources. */
    XOR,
    /** Not set in the source; takes exactly one. */
    NOT,
    /** Set in the first source and in none of the others. Redis 8.2. */
    DIFF,
    /** Set in any source but the first, and not in the first. Redis 8.2. */
    DIFF1,
    /** Set in the first source and in any of the others. Redis 8.2. */
    ANDOR,
    /** Set in exactly one source. Redis 8.2. */
    ONE
}
