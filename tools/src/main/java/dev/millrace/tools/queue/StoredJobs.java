package dev.millrace.tools.queue;

import dev.millrace.queue.JobQueue;
import dev.millrace.queue.JobState;
import dev.millrace.queue.Lane;
import dev.millrace.queue.StoredJob;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The jobs of a state, page by page, in the order in which they leave, are due or ended; ready ones lane after lane. What
 * moves meanwhile may be missing or be there twice. Confined to one thread.
 */
final class StoredJobs implements Iterator<StoredJob<byte[]>> {
    private final JobQueue<byte[]> queue;
    private final JobState state;
    private final Deque<String> lanes;
    private final int page;
    private Iterator<StoredJob<byte[]>> jobs = List.<StoredJob<byte[]>>of().iterator();
    private long offset;

    /**
     * @param lanes which to go through, where the state is {@link JobState#READY}
     * @param page how many to fetch a trip, 1 to 1,000
     */
    StoredJobs(JobQueue<byte[]> queue, JobState state, List<String> lanes, int page) {
        this.queue = queue;
        this.state = state;
        // The other states have one index for all lanes.
        this.lanes = new ArrayDeque<>(state == JobState.READY ? lanes : List.of(""));
        this.page = page;
    }

    /** The names of a queue's lanes, in their order. */
    static List<String> lanes(JobQueue<byte[]> queue) {
        return queue.options().lanes().stream().map(Lane::name).toList();
    }

    @Override
    public boolean hasNext() {
        while (!jobs.hasNext() && !lanes.isEmpty()) {
            List<StoredJob<byte[]>> next = state == JobState.READY
                    ? queue.admin().peekLane(lanes.getFirst(), offset, page)
                    : queue.admin().peek(state, offset, page);
            offset += next.size();
            jobs = next.iterator();
            if (next.isEmpty()) {
                lanes.removeFirst();
                offset = 0;
            }
        }
        return jobs.hasNext();
    }

    @Override
    public StoredJob<byte[]> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return jobs.next();
    }
}
