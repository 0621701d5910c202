package dev.millrace.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a handler says of a job when it is through with it. Immutable.
 *
 * <pre>{@code
 * return job.payload().isObsolete() ? Verdict.cancel("obsolete") : Verdict.done();
 * }</pre>
 */
public sealed interface Verdict {
    /** It is done: acknowledged. */
    record Done() implements Verdict {}

    /**
     * It failed: again later, or a dead letter when that was the last attempt.
     *
     * @param reason what is kept with the job; cut at 1,000 bytes
     * @param delay how long it waits; null for the queue's back-off
     */
    record Retry(String reason, @Nullable Duration delay) implements Verdict {
        public Retry {
            if (delay != null) {
                Names.checkedTime("a delay", delay, true);
            }
        }
    }

    /**
     * It shall not be done any more, which is no failure of the handler: it goes to the failed history, not to the dead
     * letters.
     *
     * @param reason what is kept with it; cut at 1,000 bytes
     */
    record Cancel(String reason) implements Verdict {}

    /**
     * It can't succeed however often it is tried: a dead letter at once.
     *
     * @param reason what is kept with it; cut at 1,000 bytes
     */
    record GiveUp(String reason) implements Verdict {}

    /**
     * Not now: again after a while, in its old place, without an attempt being counted.
     *
     * @param delay how long
     */
    record Snooze(Duration delay) implements Verdict {
        public Snooze {
            Names.checkedTime("a delay", delay, true);
        }
    }

    /** It was not begun: back into its old place, for whoever claims next, without anything being counted. */
    record HandBack() implements Verdict {}

    /** It is done. */
    static Verdict done() {
        return new Done();
    }

    /** It failed; again after the queue's back-off. */
    static Verdict retry(String reason) {
        return new Retry(reason, null);
    }

    /** It failed; again after this delay. */
    static Verdict retry(String reason, Duration delay) {
        return new Retry(reason, delay);
    }

    /** It shall not be done any more. */
    static Verdict cancel(String reason) {
        return new Cancel(reason);
    }

    /** It can't succeed. */
    static Verdict giveUp(String reason) {
        return new GiveUp(reason);
    }

    /** Not now. */
    static Verdict snooze(Duration delay) {
        return new Snooze(delay);
    }

    /** It was not begun. */
    static Verdict handBack() {
        return new HandBack();
    }
}
