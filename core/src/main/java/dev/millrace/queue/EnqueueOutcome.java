package dev.millrace.queue;

/** What became of a job that was enqueued. */
public enum EnqueueOutcome {
    /** It is in the queue. */
    NEW,
    /** Its id was known, so it was not taken; see {@link Deduplication}. */
    DUPLICATE,
    /** It took the place of the one with its id. */
    REPLACED;

    static EnqueueOutcome of(int letter) {
        return switch (letter) {
            case 'n' -> NEW;
            case 'd' -> DUPLICATE;
            case 'r' -> REPLACED;
            default -> throw new IllegalArgumentException("no outcome has the letter " + (char) letter);
        };
    }
}
