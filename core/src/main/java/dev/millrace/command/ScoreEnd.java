package dev.millrace.command;

/** From which end of a sorted set members are taken. */
public enum ScoreEnd {
    /** Those with the lowest scores. */
    MIN,
    /** Those with the highest scores. */
    MAX
}
