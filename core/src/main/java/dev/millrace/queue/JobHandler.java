package dev.millrace.queue;

/** Does a job. Called by a {@link Worker} on virtual threads, several at once. */
@FunctionalInterface
public interface JobHandler<T> {
    /**
     * Does a job and says what is to become of it. Whatever it throws counts as {@link Verdict#retry(String)}. It is
     * interrupted when its lease is lost, for someone else may have the job then, and when its worker can't wait for it any
     * longer: what it says after that interrupt is a verdict all the same, but if it throws, the job is handed back.
     */
    Verdict handle(Job<T> job) throws Exception;
}
