package dev.millrace.queue;

import dev.millrace.resilience.CircuitBreaker;
import java.time.Duration;

/**
 * What the two ways to enqueue have cost since this {@link JobQueue} was made, whoever used them: {@link JobQueue#enqueue},
 * {@link JobQueue#enqueueBatch}, {@link JobQueue#upload} and batchers. Each number is exact by itself; together they are
 * of about one moment.
 *
 * @param pipelined many jobs in a trip
 * @param standard one job in a trip
 * @param circuit open while uploads and batchers go by the single path because the pipelined one fails; see {@link
 *     PipelineFallback}
 * @param timesOpened how often the circuit has opened
 */
public record MethodStatistics(Trips pipelined, Trips standard, CircuitBreaker.State circuit, long timesOpened) {
    /**
     * How many times faster a job went pipelined than by itself: the ratio of the average times of a job; 0 until both
     * have been used.
     */
    public double speedUp() {
        double one = standard.nanosPerJob();
        double many = pipelined.nanosPerJob();
        return one == 0 || many == 0 ? 0 : one / many;
    }

    /**
     * The trips of one method.
     *
     * @param calls trips that were answered, at least in part
     * @param jobs jobs that were answered
     * @param nanos how long the answered trips took together
     * @param failed trips with a part that was not answered, or with an error
     */
    public record Trips(long calls, long jobs, long nanos, long failed) {
        /** How long an answered trip took; zero if there was none. */
        public Duration averageCall() {
            return calls == 0 ? Duration.ZERO : Duration.ofNanos(nanos / calls);
        }

        /** Jobs in an answered trip; 0 if there was none. */
        public double jobsPerCall() {
            return calls == 0 ? 0 : (double) jobs / calls;
        }

        /** How long a job took, its share of its trip; 0 if there was none. */
        public double nanosPerJob() {
            return jobs == 0 ? 0 : (double) nanos / jobs;
        }
    }
}
