package dev.millrace.promises;

import static dev.millrace.command.Strings.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.command.MillraceException;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Reads a key of one master again and again, and knows how long nobody could. */
final class ReadBack implements AutoCloseable {
    private static final long PAUSE_NANOS = 2_000_000;
    private static final long GAP_NANOS = 500_000_000;
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Millrace redis;
    private final String key;
    private final Duration deadline;
    private final Thread thread = Thread.ofVirtual().name("read-back").unstarted(this::run);
    private volatile Duration allowed = LONGEST;
    private volatile boolean stopped;
    private volatile long lastBegan = System.nanoTime();
    private volatile long longestGapNanos;
    private volatile long steadySince = System.nanoTime();

    /** Begins at once, and waits for the first value. */
    ReadBack(Millrace redis, ClusterNode master, Duration deadline) {
        this.redis = redis;
        this.deadline = deadline;
        this.key = keyOf(master);
        thread.start();
        long now = System.nanoTime();
        Await.until(LONGEST, () -> lastBegan - now > 0, "nothing can be read");
        longestGapNanos = 0;
    }

    private static String keyOf(ClusterNode master) {
        Set<Integer> slots = new HashSet<>(master.slots());
        int number = 0;
        while (!slots.contains(RedisCluster.slotOf("read:" + number))) {
            number++;
        }
        return "read:" + number;
    }

    private void run() {
        long lastEnd = System.nanoTime();
        while (!stopped) {
            long began = System.nanoTime();
            try {
                String unused = redis.run(get(key), deadline);
                long now = System.nanoTime();
                longestGapNanos = Math.max(longestGapNanos, now - lastEnd);
                if (now - lastEnd > GAP_NANOS) {
                    steadySince = now;
                }
                lastEnd = now;
                lastBegan = began;
            } catch (MillraceException e) {
                // that is the gap
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Waits for a value that was asked for after this moment; it must have come within so long of it. */
    void awaitSince(long nanoTime, Duration within) {
        Await.until(LONGEST, () -> lastBegan - nanoTime > 0, "reads come back");
        allowed = within;
        assertThat(Duration.ofNanos(longestGapNanos)).as("without a read").isLessThanOrEqualTo(within);
    }

    /** Waits until reads have come without gaps for so long. */
    void awaitSteady(Duration time, Duration within) {
        Await.until(
                within,
                () -> lastBegan - steadySince > time.toNanos() && System.nanoTime() - lastBegan < GAP_NANOS,
                () -> "reads come without gaps: " + this);
    }

    @Override
    public void close() {
        stopped = true;
        Joined.within(LONGEST, thread);
    }

    @Override
    public String toString() {
        return "longest gap " + longestGapNanos / 1_000_000 + " ms of " + allowed.toMillis() + " ms";
    }
}
