package dev.millrace.queue;

/** Where a job is; in exactly one of these places as long as the queue knows it. */
public enum JobState {
    /** It waits to be claimed. */
    READY,
    /** It waits until it is due. */
    DELAYED,
    /** It is in a consumer's hands. */
    LEASED,
    /** It was acknowledged; history. */
    DONE,
    /** It was cancelled, or given up where there are no dead letters; history. */
    FAILED,
    /** It was given up; kept until it is replayed or purged. */
    DEAD
}
