package dev.millrace.bench.client;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The few things the workloads ask of a queue. Every implementation is as thin as its client allows: what is measured is
 * the client.
 *
 * <p>{@link #enqueue} is called by many threads at the same time; the others by one.
 */
public interface QueuePeer extends AutoCloseable {
    /** Begins with an empty queue of that name. */
    void begin(String name) throws Exception;

    /** Enqueues one job. */
    void enqueue(QueueItem item) throws Exception;

    /** Enqueues jobs together. */
    void enqueueBatch(List<QueueItem> items) throws Exception;

    /** Puts all the jobs there, by whatever way is fast; not measured. */
    default void fill(List<QueueItem> items) throws Exception {
        enqueueBatch(items);
    }

    /**
     * Acknowledges what it gave last, where there is such a thing, and takes the next jobs.
     *
     * @return up to so many, in their order; none when there are none left
     */
    List<QueueItem> next(int most) throws Exception;

    /**
     * Lets a worker handle and acknowledge so many jobs, several at once.
     *
     * @throws UnsupportedOperationException if it has no workers
     */
    default void work(int concurrency, int jobs, Consumer<QueueItem> handler) throws Exception {
        throw new UnsupportedOperationException("it has no workers");
    }

    /** What the server's own numbers say against it; absent when nothing does. */
    @Nullable
    String difference(int enqueued, int acknowledged) throws Exception;

    /** Disconnects. */
    @Override
    void close();
}
