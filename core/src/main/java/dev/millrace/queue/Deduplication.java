package dev.millrace.queue;

import java.time.Duration;

/**
 * What happens to a job whose id the queue knows already.
 *
 * <p>{@link Mode#REPLACE} and {@link Mode#DEBOUNCE} act on a job that waits, ready or delayed, or is a dead letter. One that
 * is leased is in a handler's hands: the newcomer is {@link EnqueueOutcome#DUPLICATE} then, and so it is for a job that has
 * ended and is still remembered.
 *
 * @param scope which jobs count
 * @param mode what becomes of the newcomer
 * @param window for {@link Scope#WINDOW}, how long an id counts after it was enqueued; otherwise zero
 */
public record Deduplication(Scope scope, Mode mode, Duration window) {
    /** Which jobs a newcomer's id is compared with. */
    public enum Scope {
        /** Those that wait, are leased, or are dead letters. */
        LIVE,
        /** Those, and what is in the history. */
        RETAINED,
        /** The live ones, and whatever was enqueued within the window. */
        WINDOW
    }

    /** What becomes of a newcomer whose id is known. */
    public enum Mode {
        /** It is dropped. */
        IGNORE,
        /** Its payload, type, priority and lane take the other's; the place in the line, or the time it is due, stays. */
        REPLACE,
        /** It takes the other's place altogether: to the end of the line, or its own delay from now on. */
        DEBOUNCE
    }

    /** @throws IllegalArgumentException if a window has no length, or there is one without its scope */
    public Deduplication {
        Names.checkedTime("a window", window, true);
        if ((scope == Scope.WINDOW) == window.isZero()) {
            throw new IllegalArgumentException("a window of " + window + " and the scope " + scope
                    + ": a window belongs to the scope WINDOW, and only there");
        }
    }

    /** Live jobs count, newcomers are ignored. */
    public static Deduplication ofDefaults() {
        return new Deduplication(Scope.LIVE, Mode.IGNORE, Duration.ZERO);
    }

    /** Scopes without a window. */
    public static Deduplication of(Scope scope, Mode mode) {
        return new Deduplication(scope, mode, Duration.ZERO);
    }

    /** An id counts for so long after it was enqueued, even if its job has ended. */
    public static Deduplication within(Duration window, Mode mode) {
        return new Deduplication(Scope.WINDOW, mode, window);
    }
}
