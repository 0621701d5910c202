package dev.millrace.bench.run;

import dev.millrace.bench.child.Measurement;
import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.workload.Cell;
import java.time.Duration;

/**
 * One of those that take turns in a cell: {@link #enter}, {@link #measure} as often as wanted, {@link #leave}; then the
 * next cell. Between the two it holds its connections open while others have their turn.
 *
 * <p>Confined to the thread of the run.
 */
public interface Contestant extends AutoCloseable {
    /** Who takes part. */
    ClientName client();

    /** How it does what the cell asks, in a word or two, for the report's column "mode". */
    String mode(Cell cell);

    /** Whether it can do what the cell asks. */
    boolean plays(Cell cell);

    /**
     * Gets ready for a cell.
     *
     * @throws ContestantUnavailable if it cannot run on this machine, whatever the cell
     * @throws ContestantFailed if it could not get ready
     */
    void enter(Cell cell) throws ContestantUnavailable, ContestantFailed, InterruptedException;

    /**
     * Takes its turn in the cell it entered.
     *
     * @param time how long the load lasts
     * @throws ContestantFailed if there is no measurement; it has then left the cell
     */
    Measurement measure(Duration time) throws ContestantFailed, InterruptedException;

    /** Lets go of what it needed for the cell. */
    void leave() throws InterruptedException;

    /** Ends its processes, whatever they are doing. */
    @Override
    void close();
}
