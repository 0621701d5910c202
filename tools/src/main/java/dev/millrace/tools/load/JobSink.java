package dev.millrace.tools.load;

import dev.millrace.queue.JobSpec;

/** Hears of the lines of a file while it is read, in their order. */
interface JobSink {
    /**
     * A job.
     *
     * @param line its number, from 1
     */
    void job(long line, JobSpec<byte[]> job);

    /** A line that is none. */
    void bad(long line, String why);

    /** Whether to stop reading. */
    boolean isEnough();
}
