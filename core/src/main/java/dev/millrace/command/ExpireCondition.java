package dev.millrace.command;

/** On what setting an expiry may depend; Redis 7. Something that does not expire counts as expiring infinitely late. */
public enum ExpireCondition {
    /** Only where there is no expiry yet (NX). */
    NO_EXPIRY("NX"),
    /** Only where there is an expiry already (XX). */
    HAS_EXPIRY("XX"),
    /** Only where the new expiry is later than the present one (GT). */
    LATER("GT"),
    /** Only where the new expiry is earlier than the present one (LT). */
    EARLIER("LT");

    private final String word;

    ExpireCondition(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
