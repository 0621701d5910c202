package dev.millrace.queue;

/** What became of a job that was settled. */
public enum SettleOutcome {
    /** It is done. */
    DONE,
    /** It waits for its next attempt. */
    RETRYING,
    /** It comes again after its delay. */
    SNOOZED,
    /** It is back in its old place. */
    HANDED_BACK,
    /** It is in the failed history. */
    CANCELLED,
    /** Its attempts are used up, or it was given up: a dead letter, or failed history where there are none. */
    GIVEN_UP,
    /** The lease is not the caller's any more: it ran out and was taken back, or the job was removed. Nothing changed. */
    STALE;

    static SettleOutcome of(int letter) {
        return switch (letter) {
            case 'd' -> DONE;
            case 'r' -> RETRYING;
            case 's' -> SNOOZED;
            case 'h' -> HANDED_BACK;
            case 'c' -> CANCELLED;
            case 'x' -> GIVEN_UP;
            case '-' -> STALE;
            default -> throw new IllegalArgumentException("no outcome has the letter " + (char) letter);
        };
    }
}
