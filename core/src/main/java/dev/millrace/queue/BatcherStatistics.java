package dev.millrace.queue;

import java.util.Map;

/**
 * The numbers of a batcher at one moment; the last seven count since it was opened.
 *
 * @param activeBatches batches that gather or are under way
 * @param totalQueuedJobs jobs that wait to leave, of all types
 * @param queuedBytes their bytes
 * @param batchesByType batches that gather or are under way, by the type of their jobs; types without any are not there
 * @param batches batches that have ended; while batching is off, each job is one
 * @param jobs jobs that were in them
 * @param largestBatch how many the largest had
 * @param failed of the jobs, those that ended with a failure
 * @param rejected jobs that were not taken, because the batcher was full or closed
 * @param expired jobs that were taken back because their time had passed before they left
 * @param handedBack jobs that were not sent because the batcher was closed
 */
public record BatcherStatistics(
        long activeBatches,
        long totalQueuedJobs,
        long queuedBytes,
        Map<String, Long> batchesByType,
        long batches,
        long jobs,
        long largestBatch,
        long failed,
        long rejected,
        long expired,
        long handedBack) {
    /** The map is copied. */
    public BatcherStatistics {
        batchesByType = Map.copyOf(batchesByType);
    }

    /** Jobs in a batch; 0 if there was none. */
    public double averageBatch() {
        return batches == 0 ? 0 : (double) jobs / batches;
    }
}
