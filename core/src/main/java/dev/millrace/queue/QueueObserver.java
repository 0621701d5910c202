package dev.millrace.queue;

/**
 * Told of every operation of a queue, so that it can be kept in a journal.
 *
 * <p>It can't break or hold up the queue: it is told on a thread of its own, one operation after the other in the order in
 * which they ended; what it throws is counted and ignored; while it is slow up to 10,000 operations wait for it, and what
 * comes then is dropped and counted. See {@link JobQueue#observed()}. It may block, and it may call the queue, though then
 * it is told of that too.
 */
@FunctionalInterface
public interface QueueObserver {
    /** The observer that sees nothing; with it, nothing is measured. */
    QueueObserver NONE = operation -> {};

    /** An operation has ended. */
    void ended(QueueOperation operation);
}
