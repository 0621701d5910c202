package dev.millrace.queue;

import java.time.Duration;

/**
 * How a {@link Worker} works.
 *
 * @param concurrency jobs handled at once, 1 to 1,000; 16 by default. Also how many are claimed at once
 * @param poll how often an idle worker looks for jobs; 100 ms by default. What is enqueued through the same {@link
 *     JobQueue} object is seen at once
 * @param patience how long closing waits for handlers that run; 30 s by default, zero to interrupt them at once
 */
public record WorkerOptions(int concurrency, Duration poll, Duration patience) {
    /** @throws IllegalArgumentException if one is out of its range */
    public WorkerOptions {
        Names.checkedNumber("a concurrency", concurrency, 1, QueueCalls.MOST);
        Names.checkedTime("a time between looks", poll, false);
        Names.checkedTime("a patience", patience, true);
    }

    /** 16 at once, a look each 100 ms, 30 s to finish. */
    public static WorkerOptions ofDefaults() {
        return ofConcurrency(16);
    }

    /** So many at once, the rest as by default. */
    public static WorkerOptions ofConcurrency(int concurrency) {
        return new WorkerOptions(concurrency, Duration.ofMillis(100), Duration.ofSeconds(30));
    }
}
