package dev.millrace.tools.server.journal;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.metrics.ClientListener.Outcome;
import dev.millrace.queue.QueueObserver;
import dev.millrace.queue.QueueOperation;
import dev.millrace.tools.server.database.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every operation of the queues that it observes into the table {@code queue_operations}. It is off the path of requests:
 * an operation goes into a bounded buffer, and one thread writes what has gathered, up to {@value #BATCH} rows in a transaction.
 *
 * <p>While the database is away the batch is kept and tried again after a pause; what finds the buffer full meanwhile is dropped and
 * counted. A transaction whose end was not heard of is written again, so a row may be there twice. Looks for jobs that found none
 * are counted and not written: an idle consumer makes ten of them a second. Rows are deleted when they are older than the days that
 * they are kept for, or more than {@link #MOST_ROWS} in an H2, which may be all in memory.
 *
 * <p>Thread-safe. Owns one virtual thread; closing writes what is left, as far as a second allows.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // what is not is confined to the writing thread
public final class OperationJournal implements QueueObserver, AutoCloseable {
    /** Rows in an H2, at the most. */
    static final long MOST_ROWS = 500_000;

    private static final Logger LOG = LoggerFactory.getLogger(OperationJournal.class);
    private static final int BUFFER = 20_000;
    private static final int BATCH = 500;
    private static final int DELETED_AT_ONCE = 5_000;
    private static final Duration GATHERING = Duration.ofMillis(100);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration BETWEEN_DELETIONS = Duration.ofHours(1);
    private static final long LOOK_MILLIS = 200; // how soon an idle writer sees that the journal closes
    private static final long BETWEEN_ROWS = MOST_ROWS / 10;
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final OperationTable table;
    private final int days;
    private final long mostRows;
    private final BlockingQueue<QueueOperation> buffer = new ArrayBlockingQueue<>(BUFFER);
    private final LongAdder written = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder idle = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder deleted = new LongAdder();
    private final Thread writer;
    private volatile boolean closing;
    private volatile long closeBy;
    private volatile int inHand;

    // Confined to the writing thread.
    private long nextDeletion = System.nanoTime();
    private long rowsUntilDeletion = BETWEEN_ROWS;

    /**
     * Begins to write.
     *
     * @param days for which rows are kept
     */
    public OperationJournal(Database database, int days) {
        this(database, days, database.isPostgres() ? Long.MAX_VALUE : MOST_ROWS);
    }

    /** @param mostRows that are kept, about */
    OperationJournal(Database database, int days, long mostRows) {
        this.table = new OperationTable(database);
        this.days = days;
        this.mostRows = mostRows;
        this.writer = Thread.ofVirtual().name("millrace-journal").start(this::write);
    }

    @Override
    public void ended(QueueOperation operation) {
        if (isIdle(operation)) {
            idle.increment();
        } else if (closing || !buffer.offer(operation)) {
            dropped.increment();
        }
    }

    private static boolean isIdle(QueueOperation operation) {
        return operation.operations() == 0 && operation.outcome() == Outcome.VALUE;
    }

    /** What became of what it heard. */
    public JournalStatistics statistics() {
        return new JournalStatistics(
                written.sum(),
                batches.sum(),
                buffer.size() + inHand,
                dropped.sum(),
                idle.sum(),
                failures.sum(),
                deleted.sum());
    }

    // ---- what is asked of it ----

    /**
     * How large the batches of the pipelined method were, minute by minute over the last 24 hours.
     *
     * @throws SQLException if the database is away
     */
    public List<BatchesOfMinute> batches(QueueOperation.Kind kind) throws SQLException {
        return table.batches(kind, Instant.now().minus(Duration.ofHours(24)));
    }

    /**
     * What each method did in the last hour.
     *
     * @throws SQLException if the database is away
     */
    public List<MethodFigures> methods(QueueOperation.Kind kind) throws SQLException {
        return table.methods(kind, Instant.now().minus(Duration.ofHours(1)));
    }

    // ---- writing ----

    private void write() {
        List<QueueOperation> batch = new ArrayList<>(BATCH);
        Duration pause = SHORTEST_PAUSE;
        while (!closing || !batch.isEmpty() || !buffer.isEmpty()) {
            try {
                if (!closing) {
                    deleteIfDue();
                }
                gather(batch);
                if (!batch.isEmpty()) {
                    table.append(batch);
                    written.add(batch.size());
                    batches.increment();
                    rowsUntilDeletion -= batch.size();
                    batch.clear();
                    inHand = 0;
                }
                pause = SHORTEST_PAUSE;
            } catch (SQLException | RuntimeException e) {
                failures.increment();
                if (pause.equals(SHORTEST_PAUSE) && !closing) {
                    String why =
                            String.valueOf(e.getMessage()).lines().findFirst().orElse("");
                    LOG.warn("the journal can't be written, which is tried again: {}", why);
                }
                if (closing && closeBy - System.nanoTime() <= 0) {
                    break;
                }
                LockSupport.parkNanos(pause.toNanos());
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
        int left = batch.size() + buffer.size();
        if (left > 0) {
            dropped.add(left);
            LOG.warn("{} operations were not written into the journal, for the database is away", left);
        }
    }

    /** Waits for the first, and a moment for others, so that what comes about together is one batch. */
    private void gather(List<QueueOperation> batch) {
        if (batch.isEmpty()) {
            @Nullable QueueOperation first = null;
            try {
                first = buffer.poll(closing ? 0 : LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null && !closing && buffer.size() < BATCH) {
                    Thread.sleep(GATHERING);
                }
            } catch (InterruptedException e) {
                // closing: goes on with what there is
            }
            if (first != null) {
                batch.add(first);
            }
        }
        buffer.drainTo(batch, BATCH - batch.size());
        inHand = batch.size();
    }

    private void deleteIfDue() throws SQLException {
        boolean byTime = nextDeletion - System.nanoTime() <= 0;
        if (!byTime && rowsUntilDeletion > 0) {
            return;
        }
        Instant oldest = Instant.now().minus(Duration.ofDays(days));
        int old = table.deleteBefore(oldest, DELETED_AT_ONCE);
        int tooMany = mostRows == Long.MAX_VALUE ? 0 : table.deleteBeyond(mostRows, DELETED_AT_ONCE);
        deleted.add(old + tooMany);
        if (old < DELETED_AT_ONCE
                && tooMany < DELETED_AT_ONCE) { // otherwise there may be more, behind the next batch of rows
            nextDeletion = System.nanoTime() + BETWEEN_DELETIONS.toNanos();
            rowsUntilDeletion = BETWEEN_ROWS;
        }
    }

    @Override
    public void close() {
        closeBy = System.nanoTime() + CLOSING.toNanos();
        closing = true;
        try {
            LockSupport.unpark(writer);
            if (!writer.join(CLOSING)) {
                writer.interrupt();
                boolean unused = writer.join(CLOSING);
            }
        } catch (InterruptedException e) {
            writer.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
