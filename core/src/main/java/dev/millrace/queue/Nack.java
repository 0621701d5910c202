package dev.millrace.queue;

/**
 * A job that is not simply done, and what is to become of it. {@link Verdict.Done} is allowed too, and is an
 * acknowledgement.
 *
 * @param job as it was claimed
 * @param verdict what is to become of it
 */
public record Nack<T>(Job<T> job, Verdict verdict) {}
