package dev.millrace.bench.workload;

import dev.millrace.tools.report.ThreadKind;
import java.util.List;

/**
 * One place in the table: a workload with its number of callers, their kind of thread and the size of its batches.
 *
 * @param workload what is done
 * @param callers how many do it at the same time, at least 1
 * @param threads what the callers run on
 * @param batch commands in a batch, or {@link #NO_BATCH} where the workload has none
 */
public record Cell(Workload workload, int callers, ThreadKind threads, int batch) {
    /** The batch of a workload that sends no explicit batches. */
    public static final int NO_BATCH = 0;

    /** The sizes of explicit batches, rising. */
    public static final List<Integer> BATCH_SIZES = List.of(10, 100, 500);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if there is no caller, or the batch does not fit the workload
     */
    public Cell {
        if (callers < 1) {
            throw new IllegalArgumentException("a cell needs at least 1 caller, not " + callers);
        }
        boolean fits = switch (workload.shape()) {
            case BATCH -> batch > 0;
            case QUEUE -> batch >= 0;
            case BLOCKING, ASYNCHRONOUS, CACHE -> batch == NO_BATCH;
        };
        if (!fits) {
            throw new IllegalArgumentException("batch " + batch + " does not fit " + workload.label());
        }
    }

    /** The numbers of callers that are measured on threads of a kind, rising. */
    public static List<Integer> callerCounts(ThreadKind threads) {
        return switch (threads) {
            case PLATFORM -> List.of(1, 2, 4, 8, 16, 100);
            case VIRTUAL -> List.of(1, 2, 4, 8, 16, 100, 1_000);
        };
    }

    /** The cell in words, for progress and messages: {@code blocking-get, 16 platform}. */
    public String label() {
        return switch (workload.shape()) {
            case BLOCKING, CACHE -> workload.label() + ", " + callers + " " + threads.label();
            case ASYNCHRONOUS -> workload.label() + ", window " + Workload.WINDOW;
            case BATCH -> workload.label() + ", batch " + batch;
            case QUEUE -> workload.label() + (batch > 0 ? ", batch " + batch : ", " + callers + " at once");
        };
    }
}
