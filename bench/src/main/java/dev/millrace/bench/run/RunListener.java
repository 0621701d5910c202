package dev.millrace.bench.run;

import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.workload.Cell;

/** Is told how a run goes. Called on the thread of the run; what it takes is nobody's measured time. */
public interface RunListener {
    /** A cell begins. */
    void cellStarted(Cell cell, int turns);

    /** One turn, warm-up or round, is over or has fallen out. */
    void turnEnded(ClientName client);

    /** All turns of the cell are over. */
    void cellEnded(Cell cell);

    /** A contestant cannot run here and is left out from now on. */
    void skipped(ClientName client, String reason);

    /** A contestant failed in a cell and sits out the rest of it. */
    void failed(ClientName client, Cell cell, ContestantFailed failure);
}
